#include "app/desktop/text/error_texts.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "app/desktop/text/translate.h"

namespace fieldseal::desktop {

namespace {

/// Marks a text for the catalogue; `{}` stands for what differs from case to case.
constexpr const char* error_text(const char* pattern) {
    return pattern;
}

// What model, sync and session say to people; tests/ui/error_messages.py fails where one lacks. In English there is
// nothing to do.
constexpr const char* patterns[] = {
    error_text("A text of {} bytes is over the limit of {}."),
    error_text("It was too large to keep."),
    error_text("This is not the whole text of an invitation. Scan or copy it again, from FSINVITE: to its end."),
    error_text("A text is not UTF-8 and cannot be written."),
    error_text("A number that is not finite cannot be written."),
    error_text("Compressed content is damaged: {}."),
    error_text("Not enough memory to compress. Close other programs and try again."),
    error_text("Compressing failed: {}."),
    error_text("Compressed content has {} bytes, over the limit of {}."),
    error_text("An entry of a list is empty or has several lines. Put each on one line of its own."),
    error_text("The record's field {} {}."),
    error_text("Map outlines, line {}: {}"),
    error_text("Map outlines are over the limit of {} bytes."),
    error_text("The saved views were written by a newer version of Fieldseal."),
    error_text("A view cannot be saved under this name, or is too long."),
    error_text("{}, byte {}: {}"),
    error_text("{}, byte {}: {} is over the limit of {}"),
    error_text("A text of {} bytes is over the limit of {}. Shorten it, or attach it as a file."),
    error_text("A record's field has a name that cannot be written. Names have letters, digits and _ . : - only."),
    error_text("A text is not UTF-8 and cannot be written. Enter it again."),
    error_text("More than {} fields were changed at once."),
    error_text("A record has more than {} fields."),
    error_text("Not enough memory to seal or hash. Close other programs and try again."),
    error_text("Checking the passphrase needs {} MiB of free memory. Close other programs and try again."),
    error_text("This system gives no random numbers, without which nothing can be sealed."),
    error_text("Not enough memory to hold a secret. Close other programs and try again."),
    error_text("Cannot write {}: {}"),
    error_text(
        "Cannot write {}: what was read back differs from what was written. The disk is failing; use another one."),
    error_text("{} exists already. Choose another name, or move it away."),
    error_text("{} is not an ordinary file. Choose a file."),
    error_text("A revision of another record was filed under this one. Run `fieldsealctl verify`."),
    error_text("Revision {} is not here. Import what is missing first."),
    error_text("A revision was written by a newer Fieldseal. Install the latest version to read it."),
    error_text("A revision's body has more than 8 MiB. It was not made by Fieldseal."),
    error_text("One change of a record may have 8 MiB at most. Save long texts as evidence files instead."),
    error_text("A revision may join at most 64 others. Join some of them first."),
    error_text("A revision cannot be written: {}."),
    error_text("A revision's body is not the one that its head names. Ask its sender for it again."),
    error_text("A device can only sign its own log."),
    error_text("This run of a log cannot be signed: it is empty, too long, or does not fit its place."),
    error_text("{}: has {} bytes; a form has at most {}."),
    error_text("{}: nested deeper than {} levels."),
    error_text("{}: {}: this is not valid JSON (UTF-8). Check quotes, commas and brackets there."),
    error_text("{}: a questionnaire has at most {} bytes."),
    error_text("{}: /format: this is no Fieldseal questionnaire."),
    // Reasons that a questionnaire's file is refused for, each shown beside its place.
    error_text("must be an object"),
    error_text("unknown member \"{}\""),
    error_text("must be a text"),
    error_text("is empty"),
    error_text("holds a NUL character"),
    error_text("an id has only letters, digits and _ . : -"),
    error_text("must be a number"),
    error_text("must lie between {} and {}"),
    error_text("must be a whole number"),
    error_text("must be true or false"),
    error_text("must be a list"),
    error_text("must have {} to {} elements, has {}"),
    error_text("has more than {} members"),
    error_text("must be stated, documented, observed or tested"),
    error_text("must have one of \"at_least\" and \"at_most\""),
    error_text("must name a question"),
    error_text("the weights must add up to 1"),
    error_text("must start at 0 and rise"),
    error_text("this id stands twice"),
    error_text("the id \"{}\" stands twice"),
    error_text("the question \"{}\" stands on both sides"),
    error_text("the measure \"{}\" stands twice"),
    error_text("thresholds must fall from level 1 to level 3"),
    error_text("thresholds must rise from level 1 to level 3"),
    error_text("there is no sector \"{}\""),
    error_text("there is no question \"{}\""),
    error_text("there is no profile question \"{}\""),
    error_text("there is no earlier question \"{}\""),
    error_text("there is no function \"{}\""),
    error_text("there is no remedy category \"{}\""),
    error_text("there is no framework \"{}\""),
    error_text("there is no incident \"{}\""),
    error_text("is missing"),
    error_text("this is no Fieldseal questionnaire."),
    error_text("only version 1 is known here; install a newer Fieldseal."),
    error_text("this is not valid JSON (UTF-8). Check quotes, commas and brackets there."),
    error_text("a questionnaire has at most {} bytes."),
    error_text("nested deeper than {} levels."),
    error_text("{}: /format_version: only version 1 is known here; install a newer Fieldseal."),
    error_text("{} has {} MiB; evidence may have {} MiB at most. Attach a part of it."),
    error_text("{} grew while it was read."),
    error_text("Cancelled; the file was not attached."),
    error_text("A part to black out must lie within the picture, and there can be at most {}."),
    error_text("This picture cannot be written as JPEG: {}."),
    error_text("This picture cannot be written as PNG: {}."),
    error_text(
        "This picture has {} x {} pixels; at most {} megapixels are shown or cleaned here. Make it smaller "
        "and try again."),
    error_text("A picture of {} MiB is too large to be shown or cleaned; at most {} MiB."),
    error_text("This is no whole picture: {}."),
    error_text(
        "This sealed original is not what its record names: damaged, or not what was attached. The cleaned "
        "copy is not affected."),
    error_text("This file is too large to be shown. Save it and open it with another program."),
    error_text("This file was kept as it is: it has no separate original."),
    error_text(
        "The original of this photo is sealed to coordinators, and this device was not given its key. What "
        "readers get can be saved; a coordinator who has the key can share it."),
    error_text("Only photos that are cleaned can be turned, made smaller or blacked out."),
    error_text("This is no picture that can be cleaned here."),
    error_text("Only a coordinator gives the keys of originals to other coordinators."),
    error_text("Cancelled; the keys shared so far stay shared."),
    error_text("This file has {}; evidence may have {}. Nothing was attached."),
    error_text(
        "Pictures of this kind ({}) cannot be cleaned here, and may say where and by whom they were taken. "
        "Convert it to JPEG, or attach it as it is: readers then see everything that it says."),
    error_text(
        "This photo has {}; up to {} can be cleaned here. Convert it to JPEG, or attach it as it is: readers "
        "then see everything that it says."),
    error_text(
        "To paste pictures, install xclip (or wl-clipboard where the desktop uses Wayland). Or drop the file "
        "on the window."),
    error_text("There is no picture in the clipboard."),
    error_text("A piece of evidence arrived with a wrong size; it is not taken."),
    error_text("A piece of evidence arrived with another size than before; it is not taken."),
    error_text(
        "A file that arrived is not the evidence that its record names; it was dropped and will be asked for again."),
    error_text("{} is open in another program. Close it there and try again."),
    error_text("Cannot write {}: the disk is full. Free some space and try again; nothing saved is lost."),
    error_text("Cannot write {}: the file or its folder is read-only."),
    error_text("Cannot open {}: check that you may read and write it and its folder."),
    error_text("Cannot read or write {}: the disk reports an error. Copy the file to another disk."),
    error_text("{} is damaged or is no Fieldseal vault. Keep it, and take a copy from a backup."),
    error_text("Not enough memory for {}. Close other programs and try again."),
    error_text("The vault is damaged in table {}, row {}. Run verify to see what is affected."),
    error_text("Nothing was saved, because a part of it failed. Try again."),
    error_text("There is no vault {}."),
    error_text("{} is no vault, or it is destroyed already."),
    error_text("Cannot overwrite the keys in {}: the disk refuses. Destroy the disk."),
    error_text("the keys are still in the WAL"),
    error_text(
        "Record {} has changes that are not in its history yet, so it is not erased. Finish or discard them first."),
    error_text("{} is no Fieldseal vault. Choose a file whose name ends in .fieldseal."),
    error_text("{} was written by a newer Fieldseal. Install the newer version to open it; nothing was changed."),
    error_text("The vault is damaged: its id is missing. Take a copy from a backup."),
    error_text("A recovery code has 40 digits, and its last two check the others: something was misread. Compare it "
               "with the paper."),
    error_text("{} exists already. Choose another name, or open it."),
    error_text("This vault has no device of its own yet. Create a deployment, or join one with an invitation file."),
    error_text("Cancelled; the lists show what they showed before."),
    error_text("This vault belongs to another device already."),
    error_text("The key slot of this vault is damaged, so it cannot be opened this way. Try the recovery code, or take "
               "a copy from a backup."),
    error_text("This vault was destroyed, or its key slot is missing: no passphrase and no code opens it. Take a copy "
               "from a backup."),
    error_text("Wrong passphrase. Check the keyboard layout and Caps Lock, and try again."),
    error_text("Wrong recovery code. Check the digits against the paper, and try again."),
    error_text("A key cannot be changed while something else is being saved."),
    error_text("Cancelled; what was checked so far is not enough to say that the vault is sound."),
    error_text("A piece of evidence is empty, too large or larger than its file."),
    error_text("it holds something that only a newer Fieldseal knows. Update Fieldseal and import it again"),
    error_text("A newer Fieldseal wrote this part index. Update Fieldseal."),
    error_text("A lane cannot hold this many bundles."),
    error_text("A bundle needs somebody who can open it: no recipient was given."),
    error_text("A bundle can be sealed for {} keys at most, not for {}."),
    error_text("A bundle holds {} bytes besides evidence at most: send it in several."),
    error_text("A bundle holds {} bytes of evidence at most: send it in several."),
    error_text("A bundle's counter starts at 1, and from 2 on it names the bundle before."),
    error_text("Only the owner of the deployment can do this. Ask them to."),
    error_text("Only the owner of the deployment and deputies can do this. Ask one of them to."),
    error_text(
        "This is the device you work at. Revoke it from another one of yours, or hand the deployment over first."),
    error_text("A deputy cannot revoke the owner's device. Ask the owner to."),
    error_text("This person is not in the deployment."),
    error_text("The owner cannot be revoked. Hand the deployment over first."),
    error_text("This person has neither a device nor an open invitation any more."),
    error_text("Record {} was erased on this device already."),
    error_text("There is no record {} on this device."),
    error_text("Record {} is no assessment and no site. What belongs to one is erased with it."),
    error_text("A coordinator's machine erases nothing that was delivered: the receipts it gave say that it keeps "
               "everything, and others erase because of them."),
    error_text("The table has more than {} rows. Split it into several files."),
    error_text("The table has more than {} cells. Split it into several files."),
    error_text("Line {} of the table has more than {} columns."),
    error_text("Line {} of the table has a quotation mark that is never closed. Mend it there."),
    error_text("The file is not UTF-8. Choose windows-1251, or save it as UTF-8."),
    error_text("Byte {} is no character of windows-1251. Save the file as UTF-8."),
    error_text("'{}' is no day. Write it like 2026-11-23."),
    error_text("Give a quantity of at least 1."),
    error_text("Offers, pledges and assignments are the coordinators'."),
    error_text("Reviewers read findings and needs. Say in a comment what is missing."),
    error_text("Assessors write findings and needs of their own visits only."),
    error_text("Reviewers settle no conflict. A coordinator or the assessor does."),
    error_text("Only a coordinator settles this conflict."),
    error_text("'{}' is no id of a finding."),
    error_text("Finding {} is of another site."),
    error_text("Only findings, needs and offers are edited in this way."),
    error_text("There is no such need or no such offer here."),
    error_text("This need is withdrawn."),
    error_text("This need is met already."),
    error_text("Only {} of this need are not promised yet."),
    error_text("Only {} are left of this offer."),
    error_text("Cancelled."),
    error_text("A finding needs words: say what is weak."),
    error_text("A need needs words: say what would help."),
    error_text("An offer needs a partner: the state or organisation that makes it."),
    error_text("Say what closed the finding."),
    error_text("Say why the need is withdrawn."),
    error_text("Only what is proposed can be agreed to."),
    error_text("This pledge was delivered already, or fell through."),
    error_text("The file has more than 64 MiB. Split it into several files."),
    error_text("The table has no rows below its first, which names the columns."),
    error_text("The file is no GeoJSON FeatureCollection with features."),
    error_text("The features have more than {} properties."),
    error_text("'{}' is no field of a site."),
    error_text("Two columns are both taken for '{}'. Leave one of them out."),
    error_text("Say which column holds the name of a site."),
    error_text("Only coordinators import sites from a table."),
    error_text("Cancelled; nothing was imported."),
    error_text("is empty; a site needs a name"),
    error_text("must be decimal degrees, like 48.457, from -{} to {}"),
    error_text("'{}' is no sector of the questionnaires here"),
    error_text("'{}' is no region; give its name or its ISO 3166-2 code, like UA-63"),
    error_text("must be 1, 2 or 3 (ordinary, important, vital)"),
    error_text("must be yes or no"),
    error_text("is longer than {} bytes"),
    error_text("is empty while the other degrees are given"),
    error_text("seems to be exchanged with the longitude"),
    error_text("stands in row {} already"),
    error_text("has more cells than there are columns"),
    error_text("holds signs that are no text"),
    error_text("Only a coordinator can hand out a questionnaire."),
    error_text("This device was shut out of the team: nobody takes a questionnaire from it."),
    error_text("Version {} of {} is here already, with the same contents: there is nothing to publish."),
    error_text("Version {} of {} exists already with other contents, and a version never changes. Give the file a higher version."),
    error_text("The newest version of {} here is {}. {} is not higher, so no new assessment would take it. Give the file a higher version."),
    error_text("A questionnaire that cannot be read."),
    error_text("A questionnaire that does not come from a coordinator."),
    error_text("A questionnaire may have 4 MiB at most."),
    error_text("The folder {} is not there. Plug in the stick, or choose another folder."),
    error_text("This device was revoked: it sends nothing any more. What it holds stays here. Talk to the coordinator; "
               "who goes on working needs a new invitation."),
    error_text("Cancelled. What was written so far is complete and can be used."),
    error_text("A run of a log cannot be written: it is empty or does not fit its revisions."),
    error_text("A part of a log was written by a newer Fieldseal. Install the latest version to read it."),
    error_text("This vault belongs to a deployment already. Create another vault for another deployment."),
    error_text("This invitation has expired by this machine's clock. Check the clock, or ask for a new invitation."),
    error_text("The vault lacks its deployment's roster. Restore the vault from a copy, or join anew."),
    error_text("Only the owner of the deployment and deputies can invite people. Ask one of them to."),
    error_text("This person is not in the deployment. Invite them by name."),
    error_text("Nothing of this id lies in quarantine."),
    error_text("This cannot be accepted. {}"),
    error_text("Only a coordinator can take in the second branch of a log. Ask one to."),
    error_text("Only a coordinator can throw away what lies in quarantine. Ask one to."),
    error_text("A receipt was written by a newer Fieldseal. Install the latest version to read it."),
    error_text("Cancelled. What was sent and taken in so far is kept; the next time goes on from there."),
    error_text("The folder {} is not there. Plug in the stick or connect the drive, then try again."),
    error_text("The folder {} cannot be used: {}"),
    error_text("The folder {} cannot be written to. Release the stick's write protection, or ask for permission to "
               "write there."),
    error_text("What lies in the store under {} is no ordinary file. Fieldseal did not put it there; remove it."),
    error_text("What lies in the store under {} is no folder. Fieldseal did not put it there; remove it."),
    error_text("This is no name of an object in a store; the request was dropped."),
    error_text("The object {} has more than the {} bytes that are allowed. It was not made by Fieldseal."),
    error_text("Not enough memory for a connection. Close other programs and try again."),
    error_text("The server at {} shows another key than the store's address says, so nothing was sent. Ask whoever runs the store for its new address, or try again from another network."),
    error_text("The certificate of {} cannot be trusted (expired, self-made, or made for another name), so nothing was sent. Check this machine's clock and the store's address, or try again from another network."),
    error_text("The store at {} cannot be reached ({}). What is sealed waits here; try again when there is a connection."),
    error_text("No store is set. Choose a folder or a server to sync with first."),
    error_text("This vault is told to stay offline. Switch that off first."),
    error_text("A store's address may end in #pin=sha256//KEY, and in nothing else after #. Check it."),
    error_text("A store's address is KIND://HOST[:PORT]/PATH, without a user name or password in it and with other characters as %XX. Give credentials through a file."),
    error_text("Without encryption a store may lie on this machine only. Use webdavs:// instead of webdav://, s3:// instead of s3+http://."),
    error_text("Instead of the store at {} a web page answered: the network may want you to sign in. Open any page in a browser, sign in, and try again; if that is not it, check the store's address."),
    error_text("The hub at {} does not let this device in. Either it has not heard of the device yet: then the coordinator must sync with it first. Or the device was taken out of the team: ask the coordinator."),
    error_text("The hub's certificate cannot be made ({})."),
    error_text("The certificate is none. It must be a PEM file, the hub's own certificate first."),
    error_text("The hub's key is none, or does not belong to its certificate. Check both files; a key under a passphrase cannot be used."),
    error_text("The object ends before its size."),
    error_text("The access list cannot be kept."),
    error_text("The hub listens at an address and a port in numbers: 0.0.0.0:8443, 127.0.0.1:8443 or [::]:8443."),
    error_text("The hub needs a host and a port by which others reach this computer, such as 192.168.1.20:8443."),
    error_text("Another program listens at {} already. Stop it, or choose another port."),
    error_text("The hub cannot listen at {}. Check that the address is one of this machine's, that the port may be used, and that certificate and key belong together."),
    error_text("The access list is not signed by whom it names. Make it again: fieldsealctl hub access VAULT --out FILE."),
    error_text("The hub's access list cannot be read. Remove it and give a new one."),
    error_text("The hub does not know yet who may use it. Make the list where the coordinator's vault is, fieldsealctl hub access VAULT --out FILE, and start the hub with --access FILE."),
    error_text("The hub serves another deployment, or whoever made this access list may not say who uses it. Give the owner's list, or use another folder."),
    error_text("There is no room for the access list. Free some space and try again."),
    error_text("Without TLS the hub serves this machine only: listen at 127.0.0.1 or [::1]."),
    error_text("A certificate and its key are given together."),
    error_text("The listing is too long."),
    error_text("Another hub works on {} already. Stop it first."),
    error_text("Only the owner of the deployment and deputies can say who may use a hub. Ask one of them to."),
    error_text("The team has more devices and open invitations than the {} that a hub keeps. Cancel invitations that nobody needs, or use another kind of store."),
    error_text("A hub's access list has at most {} bytes. This one was not made by Fieldseal."),
    error_text("A newer Fieldseal made this access list. Update Fieldseal."),
    error_text("This is no hub's address. It begins with hub:// and stands on the screen of whoever runs the hub."),
    error_text("The store at {} did not accept the user name or the secret. Check the credentials, or ask whoever runs the store for new ones."),
    error_text("The store at {} does not allow this user to do that. Ask whoever runs the store for permission to read and write there."),
    error_text("The folder that the store's address names is not there on {}, or is no WebDAV folder. Check the address, or create the folder."),
    error_text("Somebody else holds a lock on the store at {}. Try again later."),
    error_text("The store at {} is full. Ask whoever runs it to make room; what is sealed waits here."),
    error_text("The store at {} asks to be left alone for a while. Try again later."),
    error_text(
        "The store at {} has a fault of its own ({}). Try again later; if it stays, tell whoever runs the store."),
    error_text("The store at {} refused with status {}. Check the address, or ask whoever runs the store."),
    error_text("The store at {} lost what was sent. Try again later; if it stays, tell whoever runs it."),
    error_text("The store at {} did not accept the access key or its secret. Check the credentials, or ask whoever runs the store for new ones."),
    error_text("There is no bucket {} on {}. Check the store's address, or create the bucket."),
    error_text("The bucket on {} lies in another region ({}). Put ?region=REGION behind the store's address."),
    error_text("What was sent to the store at {} was damaged on the way. Try again later; if it stays, try another network."),
    error_text("This machine's clock says {}, the store at {} says {}, and it takes nothing from clocks that far apart. Set this machine's clock and sync again."),
    error_text("A bucket's address is s3://HOST[:PORT]/BUCKET[/PREFIX][?region=REGION], of letters, digits and -._~ only, without keys in it. Give the keys through a file."),
    error_text("The list of objects on the server is longer than the {} bytes that are allowed. Let the coordinator sync, so that old objects are removed."),
    error_text("This kind of store is not known. Give a folder, folder:/path/to/it, a WebDAV folder, webdavs://host/path, or a bucket, s3://host/bucket."),
    error_text("No device {} is in the deployment. See the list of devices for the right one."),
    error_text("Only a coordinator whose device has joined can run the deployment. Invite the person as a coordinator "
               "and wait for their first bundle."),
    error_text("This device is revoked already."),
    error_text("Only a reviewer can be invited without history: an assessor is never given others' work, and a "
               "coordinator must hold everything, since others erase what its receipts cover."),
    error_text("Nothing is held back from this person."),
    error_text(
        "More than {} revisions would be erased on request in this deployment, which its list of the team cannot "
        "hold."),
    error_text("This record has no revision {} here."),
    error_text("Erasing needs a reason of 1 to {} bytes of text, which everybody can read."),
    error_text("This is the owner's only device. Hand the deployment over to another coordinator first, or restore the "
               "recovery kit on another machine."),
    error_text("There is no such invitation. See the list of open invitations."),
    error_text("This invitation was used: a device joined with it. Revoke that device instead."),
    error_text("This invitation is cancelled already."),
    error_text("The owner needs no deputy's right."),
    error_text("This person is a deputy already."),
    error_text("This person is no deputy."),
    error_text("This person owns the deployment already."),
    error_text("A deployment needs a name of 1 to {} bytes of text."),
    error_text("A newer Fieldseal made this enrolment. Update Fieldseal."),
    error_text("No invitation is known for this device. Invite it again."),
    error_text("A newer Fieldseal made this invitation. Update Fieldseal."),
    error_text("This person has another role already: {}. Invite a device with that role."),
    error_text("A name has more than {} bytes."),
    error_text(
        "The list of the team in this invitation is not signed by who made it. Do not use it, and tell who sent it."),
    error_text("A newer Fieldseal made this recovery kit. Update Fieldseal."),
    error_text("This recovery kit contradicts itself: its list of the team is not signed as it should be, or does not "
               "have the kit. Do not use it, and look for another copy."),
    error_text("The list of the team has no team key. Ask the owner for a new one."),
    error_text("The list of the team uses something that only a newer Fieldseal knows. Update Fieldseal."),
    error_text("A newer Fieldseal wrote this list of the team. Update Fieldseal."),
    error_text("This is no {} that can be opened: {}. {}"),
    error_text("The team is too large for one file of {} bytes. Found a second deployment for a part of it."),
    error_text("A newer Fieldseal made this {}. Update Fieldseal."),
    error_text(
        "The code is wrong, or the {} was damaged on its way. Check {}; if they are right, copy the file again."),
    error_text("Only an assessment can be sealed."),
    error_text("Only an assessment that this device finalised can be sealed, and none that a reviewer returned since. "
               "Finalise it first."),
    error_text("This assessment has changes that are not in its history yet. Finalise it first."),
    error_text("A file of this assessment cannot be read, so the assessment is not sealed. Check the vault (`verify`) "
               "to see which."),
    error_text("Cancelled. The assessment is finalised and can still be read here."),
    error_text("Only an assessor's device seals what it finalised: coordinators and reviewers can open whatever is "
               "sealed to the team, so nothing would be gained."),
    error_text("This device was revoked and sends nothing any more, so what it seals would be lost."),
    error_text(
        "A coordinator's machine keeps everything: others erase because of its receipts. Travel with another device."),
    error_text("Record {} was sealed to the team when it was finalised: nobody can read it on this device. It comes "
               "back if a reviewer returns it."),
    error_text("This person's name was erased on request and cannot be written again. Invite them as a new person, by "
               "a name of their choice."),
    error_text("It was asked to be erased. Drop it: nothing of it is taken in."),
    error_text("was written of something that is erased on request, and the list of the team cannot name more that is "
               "erased."),
    error_text("You recorded it and have not visited it yet."),
    error_text("You are to visit it."),
    error_text("You have not judged it yet."),
    error_text("A reviewer returned it: it waits for your changes."),
    error_text("It is not finalised."),
    error_text("It has changes that are not sealed yet."),
    error_text("It is not delivered: no coordinator has acknowledged its last change."),
    error_text("It is not delivered: no coordinator has acknowledged all of its files."),
    error_text("An assessment that stays needs it."),
    error_text("This assessment is finalised and sealed. It can be edited again after a reviewer returns it."),
    error_text("There is no questionnaire '{}' here."),
    error_text("This file is not wholly here yet; it comes with a later bundle."),
    error_text("Cancelled; nothing was written."),
    error_text("A piece of this file is missing in the vault; run verify."),
    error_text("This file is not what was attached; run verify."),
    error_text("Question {} is marked 'not applicable' without a reason. Give the reason, then finalise."),
    error_text("This assessment is open already."),
    error_text("Only an assessment that a reviewer returned can be opened again."),
    error_text("This field is not in conflict any more."),
    error_text("This is none of the values in conflict."),
    error_text("An invitation needs the person's name."),
    error_text("Assessments need sites: give --sites at least 1."),
    error_text("Cancelled; what was generated so far is kept."),
    error_text("Only reviewers and coordinators approve or return assessments. Assessors answer them with comments."),
    error_text("Assessors answer reviewers on visits of their own only."),
    error_text("This assessment is not finalised yet; it can be commented on, but not approved or returned."),
    error_text("A comment or a return needs words: say what should be changed."),
    error_text("There is no record {} in this vault."),
    error_text("Revision {} is not in this vault."),
    error_text("These two revisions are of different kinds of records and cannot be compared."),
    error_text("This vault belongs to no deployment yet. Create a deployment, or join one with an invitation file."),
    error_text("Record {} was erased on this device: only where it stands is still shown. Coordinators have it; what "
               "is to be added needs a new assessment."),
    error_text("There is no {} {} in this vault."),
    error_text("No {} here starts with {}."),
    error_text("Several {}s start with {}; give more digits."),
    error_text("'{}' is no id: give 4 to {} hexadecimal digits."),
    error_text("A site needs a name."),
    error_text("It was too large to keep. Ask its sender to export it again."),
    error_text("Accept it if the device was still in the right hands when this was written; it stays revoked."),
    error_text("Accept it if the person was asked to write this although their role does not allow it."),
    error_text("Ask a coordinator to send it."),
    error_text("Accept it to keep this branch too: it is written again in your name, beside what stands."),
    error_text("If the person belongs to the team, invite them again; their new bundle brings everything."),
    error_text("Wait for the bundle that comes before it. It is taken by itself then."),
    error_text("It cannot be taken in. Ask its sender what happened, and drop it."),
    error_text("The invitation it joined with is not known here. If another coordinator gave it out, take in their "
               "bundles first."),
    error_text("Its invitation was cancelled. Invite the person again if they should take part."),
    error_text("Its invitation was used by another device before. Ask the person which device is theirs, and invite "
               "the other one anew."),
    error_text("Its invitation had expired. Check this machine's clock, or invite the person again."),
    error_text("Its enrolment is forged or was changed on the way."),
    error_text("It comes from a device that is not in the deployment. It is kept until the device's enrolment or a "
               "newer roster arrives."),
    error_text("Revision {} of device {} {}"),
    error_text("was written after the device's last accepted revision."),
    error_text("contradicts what is known of this log: the device's vault was copied or put back. What was known first "
               "stays."),
    error_text("was written by a reviewer, who may write reviews only."),
    error_text("approves or returns, and was written by an assessor, who may answer with comments only."),
    error_text("names somebody else as its author."),
    error_text("changes what another assessor wrote."),
    error_text("changes another person's name."),
    error_text("has a signature that does not hold: it is forged or was changed."),
    error_text("does not continue what is known of this log."),
    error_text("Evidence came before the answers it belongs to. Import this bundle again after the others."),
    error_text("This bundle cannot be opened: {}. Copy or download it again."),
};

std::vector<std::string_view> pieces_of(std::string_view pattern) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0;;) {
        const std::size_t hole = pattern.find("{}", at);
        pieces.push_back(pattern.substr(at, hole == std::string_view::npos ? hole : hole - at));
        if (hole == std::string_view::npos) {
            return pieces;
        }
        at = hole + 2;
    }
}

/// What stands in the holes, if the message is of this pattern.
bool match(std::string_view message, std::string_view pattern, std::vector<std::string>& holes) {
    const std::vector<std::string_view> pieces = pieces_of(pattern);
    holes.clear();
    if (pieces.size() == 1) {
        return message == pattern;
    }
    if (!message.starts_with(pieces.front()) || !message.ends_with(pieces.back()) ||
        message.size() < pieces.front().size() + pieces.back().size()) {
        return false;
    }
    const std::size_t end = message.size() - pieces.back().size();
    std::size_t at = pieces.front().size();
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
        const std::size_t next = message.find(pieces[i], at);
        if (next == std::string_view::npos || next + pieces[i].size() > end) {
            return false;
        }
        holes.emplace_back(message.substr(at, next - at));
        at = next + pieces[i].size();
    }
    holes.emplace_back(message.substr(at, end - at));
    return true;
}

/// With the most literal text first: the plainest fit wins.
const std::vector<const char*>& by_weight() {
    static const std::vector<const char*> sorted = [] {
        std::vector<const char*> all(std::begin(patterns), std::end(patterns));
        const auto weight = [](const char* pattern) {
            std::size_t size = 0;
            for (const std::string_view piece : pieces_of(pattern)) {
                size += piece.size();
            }
            return size;
        };
        std::ranges::stable_sort(all, std::ranges::greater{}, weight);
        return all;
    }();
    return sorted;
}

}  // namespace

std::string message_text(const std::string& message) {
    std::vector<std::string> holes;
    for (const char* pattern : by_weight()) {
        if (!match(message, pattern, holes)) {
            continue;
        }
        for (std::string& hole : holes) {
            // A message within a message; names and numbers stay as they are.
            if (hole.find(' ') != std::string::npos && hole != message) {
                hole = message_text(hole);
            }
        }
        return fill(tr(pattern), std::vector<std::string_view>(holes.begin(), holes.end()));
    }
    return message;
}

}  // namespace fieldseal::desktop
