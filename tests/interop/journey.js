// node journey.js FIELDSEALCTL FOLDER: joins a team by an invitation, hands a site over in a bundle, and reads what comes back. The office is fieldsealctl; the
// field is JavaScript, from the pages of docs/formats alone.
import { ok, strictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openBundle } from './bundle.js';
import { Device } from './device.js';
import { compare, equal, fromHex, hex } from './encoding.js';
import { judgeLog, judgeReceipt, readLog, readReceipt } from './log.js';
import { sodium } from './primitives.js';
import { sealBundle } from './seal.js';
import { judgeRoster, readInvitation, readRoster } from './team.js';

const [program, folder] = process.argv.slice(2);
const item = { log: 1, enrolment: 2, roster: 3, receipt: 4, questionnaire: 5 };
const kind = { site: 1, review: 4 };
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const at = (name) => path.join(folder, name);
writeFileSync(at('passphrase'), 'correct horse battery staple\n');
const vault = at('office.fieldseal');

/** A command on the office's vault; what it answers. */
function office(...words) {
  return JSON.parse(execFileSync(program, [...words, '--passphrase-file', at('passphrase'), '--json'], { encoding: 'utf8' }));
}

function imported(name, bytes) {
  writeFileSync(at(name), bytes);
  const { imports } = office('bundle', 'import', vault, at(name));
  strictEqual(imports.length, 1);
  return imports[0];
}

function sites() {
  return new Map(office('site', 'list', vault).sites.map((site) => [site.site, site.name]));
}

// The office founds a team, has a site already, and invites.
office('deployment', 'create', vault, '--name', 'Interop', '--person', 'Office');
writeFileSync(at('site.json'), JSON.stringify({ name: 'Substation 7', sector: 'energy', region: 'UA-63' }));
const theirs = office('site', 'add', vault, '--from', at('site.json')).site;
const invited = office('invite', vault, '--role', 'assessor', '--person', 'Поль', '--out', at('pole.fsinvite'));

// The field joins: keys of its own, and an enrolment under the invitation's one-time key.
const invitation = readInvitation(readFileSync(at('pole.fsinvite')), invited.code);
strictEqual(invitation.content.person_name, 'Поль');
strictEqual(invitation.content.role, 'assessor');
const device = new Device(invitation.content);
const shared = fromHex(invitation.content.shared_key);
const lane = { counter: 0n, previous: new Uint8Array(32) };
let roster = invitation.roster;

/** The next bundle of this device to the team. */
function sealed(items) {
  lane.counter += 1n;
  const manifest = { counter: lane.counter, previous: lane.previous, created: BigInt(Date.now()) };
  const team = roster.epochs.at(-1).key;
  const { deployment, signing: sender } = device;
  return sealBundle({ shared, deployment, sender, recipients: [team], manifest, items, evidence: [] });
}

// A site of its own, in a signed run of its log.
const ours = sodium.randombytes_buf(16);
const firstName = device.write(ours, kind.site, { name: 'Лікарня № 3', sector: 'health', region: 'UA-63', criticality: 3n });
const arrived = imported('field-1.fsbundle', sealed([
  { type: item.log, body: device.log() },
  { type: item.enrolment, body: device.enrolment() },
]));
strictEqual(arrived.outcome, 'imported', arrived.reason);
strictEqual(arrived.sender, hex(device.id));
strictEqual(arrived.new_revisions, 1);
strictEqual(arrived.quarantined, 0);
strictEqual(arrived.enrolled.length, 1);
strictEqual(sites().get(hex(ours)), 'Лікарня № 3');

/** All items of the bundles that the office exports for this device, by type. */
function returned(name) {
  office('bundle', 'export', vault, '--out', at(name));
  const items = [];
  for (const file of readdirSync(at(name)).sort()) {
    const pair = { public: device.box.publicKey, secret: device.box.privateKey };
    const opened = openBundle(readFileSync(path.join(at(name), file)), [pair], shared, device.deployment);
    strictEqual(opened.manifest.lane, hex(device.id));
    items.push(...opened.items);
  }
  return (type) => items.filter((one) => one.type === type).map(({ body }) => body);
}

const signerOf = (id) => roster.devices.find((one) => equal(one.id, id)).signKey;

// What comes back: the list of the team with this device in it, the office's site, and the receipt for ours.
mkdirSync(at('back'));
const back = returned('back');
for (const body of back(item.roster)) {
  const next = readRoster(body);
  strictEqual(judgeRoster(next, roster), 'newer');
  roster = next;
}
const own = roster.devices.find((one) => equal(one.id, device.id));
ok(own && equal(own.boxKey, device.box.publicKey) && !own.revoked, 'the roster has this device');

const held = new Map();
const heads = new Map();
for (const body of back(item.log)) {
  const run = readLog(body);
  strictEqual(judgeLog(run, device.deployment, signerOf(run.device)), 'ok');
  const last = run.first + BigInt(run.revisions.length) - 1n;
  const before = held.get(hex(run.device));
  strictEqual(run.first, before ? before.upTo + 1n : 1n, 'the log has no gap');
  held.set(hex(run.device), { device: run.device, upTo: last, name: run.revisions.at(-1).name });
  for (const revision of run.revisions) if (revision.record) heads.set(hex(revision.record), revision);
}
const substation = heads.get(theirs);
ok(substation, "the office's site came");
strictEqual(substation.kind, kind.site);
const named = substation.edits.find((edit) => edit.path === 'name');
strictEqual(named.value, 'Substation 7');

const receipts = back(item.receipt).map(readReceipt);
strictEqual(receipts.length, 1);
strictEqual(judgeReceipt(receipts[0], signerOf(receipts[0].issuer)), 'ok');
const covered = receipts[0].logs.find((one) => equal(one.device, device.id));
strictEqual(covered.upTo, 1n);
ok(equal(covered.name, firstName.subarray(0, 8)), 'the receipt names the revision that this device wrote');

// The next bundle: an edit of either site on the heads that were seen, what a role does not allow, and a receipt.
lane.previous = fromHex(arrived.bundle);
device.write(ours, kind.site, { name: 'Лікарня № 4', criticality: null }, [firstName]);
device.write(fromHex(theirs), kind.site, { name: 'Substation 8' }, [substation.name]);
device.write(sodium.randombytes_buf(16), kind.review, { text: 'Assessors write no reviews' });
const again = imported('field-2.fsbundle', sealed([
  { type: item.log, body: device.log() },
  { type: item.receipt, body: device.receipt([...held.values()], roster.version) },
]));
strictEqual(again.outcome, 'imported', again.reason);
strictEqual(again.new_revisions, 2);
strictEqual(again.new_receipts, 1);
strictEqual(again.quarantined, 1);
strictEqual(sites().get(hex(ours)), 'Лікарня № 4');
strictEqual(sites().get(theirs), 'Substation 8');
const status = office('status', vault);
strictEqual(status.quarantine.length, 1);
strictEqual(status.quarantine[0].reason, 'role_not_allowed');
ok(office('verify', vault).sound);

// The receipt was understood: what it covers is not sent again, and the office's covers all four revisions now.
mkdirSync(at('later'));
const later = returned('later');
strictEqual(later(item.log).length, 0);
const [last] = later(item.receipt).map(readReceipt).filter((one) => judgeReceipt(one, signerOf(one.issuer)) === 'ok');
const now = last.logs.find((one) => equal(one.device, device.id));
strictEqual(now.upTo, 4n);
strictEqual(compare(now.name, device.names.at(-1).subarray(0, 8)), 0);
rmSync(folder, { recursive: true });
console.log('A device in JavaScript joined, handed over two bundles and read what came back');
