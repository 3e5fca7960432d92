// docs/formats/roster.md and invitation.md.
import { Reader, Refusal, ascii, bigEndian, equal, hex, join } from './encoding.js';
import { H, K, deviceOf, padme, sodium, unpad, verify } from './primitives.js';

const isZero = (bytes) => bytes.every((byte) => byte === 0);
const same = (a, b) => a !== undefined && b !== undefined && equal(a, b);
const roles = ['assessor', 'reviewer', 'coordinator'];

function readFormat(reader) {
  const format = reader.byte();
  if (format > 1) throw new Refusal('newer_version', `format ${format}`);
  if (format === 0) reader.fail('format 0');
}

function readRole(reader) {
  const role = reader.byte();
  if (role < 1 || role > 3) reader.fail('role');
  return role;
}

function readPerson(reader) {
  const person = { id: reader.fixed(16), role: readRole(reader), marks: reader.byte() };
  if (person.marks > 2) reader.fail('marks');
  return { ...person, owner: person.marks === 1, deputy: person.marks === 2 };
}

function readDevice(reader) {
  const device = { signKey: reader.fixed(32), person: reader.fixed(16), boxKey: reader.fixed(32), invite: reader.fixed(16) };
  device.id = deviceOf(device.signKey);
  device.enrolled = reader.integer();
  const standing = reader.byte();
  if (standing > 2) reader.fail('standing');
  device.revoked = standing === 1;
  device.kit = standing === 2;
  if (device.revoked) device.acceptedUpTo = reader.number();
  return device;
}

function readInvite(reader) {
  return {
    id: reader.fixed(16),
    person: reader.fixed(16),
    role: readRole(reader),
    key: reader.fixed(32),
    expires: reader.integer(),
    cancelled: reader.boolean(),
  };
}

function readEpoch(reader) {
  const epoch = { number: reader.number(), key: reader.fixed(32) };
  epoch.shares = reader.list(20000, 96, (r) => ({ device: r.fixed(16), box: r.fixed(80) }), (share) => share.device);
  return epoch;
}

/** Accepted revisions: at least one, ascending, and nothing behind them. */
function readNames(body) {
  const reader = new Reader(body);
  const names = reader.list(32000, 32, (r) => r.fixed(32), (name) => name);
  if (names.length === 0) reader.fail('empty');
  reader.expectEnd();
  return names;
}

/** What is erased on request: the record, who asked, when and why, and at least one revision's name. */
function readErasures(body) {
  const reader = new Reader(body);
  const readErasure = (r) => {
    const erasure = { record: r.fixed(16), whole: r.boolean(), askedBy: r.fixed(16), asked: r.integer(), reason: r.text(256) };
    erasure.names = r.list(32000, 32, (names) => names.fixed(32), (name) => name);
    if (erasure.names.length === 0) r.fail('nothing named');
    return erasure;
  };
  const erasures = reader.list(32000, 68, readErasure, (erasure) => erasure.record);
  if (erasures.length === 0) reader.fail('empty');
  reader.expectEnd();
  return erasures;
}

/** Reviewers' invitations without history: sealed starts while it is held back, the version once it was given. */
function readHolds(body) {
  const reader = new Reader(body);
  const readHold = (r) => {
    const hold = { invite: r.fixed(16), givenIn: r.number(), starts: r.blob(1 << 20) };
    if (hold.givenIn === 0n ? hold.starts.length <= 48 : hold.starts.length > 0) r.fail('neither held back nor given');
    return hold;
  };
  const holds = reader.list(50000, 18, readHold, (hold) => hold.invite);
  if (holds.length === 0) reader.fail('empty');
  reader.expectEnd();
  return holds;
}

function readExtension(reader) {
  const type = reader.numberUpTo(65535);
  if (type < 64n && type !== 1n && type !== 2n && type !== 3n) throw new Refusal('newer_version', `extension ${type}`);
  const extension = { type, body: reader.blob(1 << 20) };
  if (type === 1n) extension.names = readNames(extension.body);
  if (type === 2n) extension.erasures = readErasures(extension.body);
  if (type === 3n) extension.holds = readHolds(extension.body);
  return extension;
}

export function readRoster(bytes) {
  const reader = new Reader(bytes);
  readFormat(reader);
  const roster = { version: reader.number(), previous: reader.fixed(32), deployment: reader.fixed(16) };
  roster.name = reader.text(256);
  roster.ownerKey = reader.fixed(32);
  roster.issued = reader.integer();
  roster.people = reader.list(20000, 18, readPerson, (person) => person.id);
  roster.devices = reader.list(20000, 98, readDevice, (device) => device.id);
  roster.invites = reader.list(50000, 67, readInvite, (invite) => invite.id);
  roster.epochs = reader.list(1000, 34, readEpoch, (epoch) => epoch.number);
  roster.extensions = reader.list(1000, 2, readExtension, (extension) => extension.type);
  roster.signer = reader.fixed(16);
  roster.unsigned = bytes.subarray(0, reader.offset);
  roster.signature = reader.fixed(64);
  reader.expectEnd();
  checkRoster(reader, roster);
  return roster;
}

const personOf = (roster, id) => roster.people.find((person) => equal(person.id, id));
const deviceIn = (roster, id) => roster.devices.find((device) => equal(device.id, id));

function checkRoster(reader, roster) {
  if (roster.version === 0n || isZero(roster.previous) !== (roster.version === 1n)) reader.fail('version');
  if (roster.people.filter((person) => person.owner).length !== 1) reader.fail('owner');
  for (const { person } of [...roster.devices, ...roster.invites]) if (!personOf(roster, person)) reader.fail('of nobody');
  const owner = roster.devices.find((device) => equal(device.signKey, roster.ownerKey));
  if (!owner || owner.revoked || !personOf(roster, owner.person).owner) reader.fail("owner's key");
  if (roster.epochs.length === 0 || roster.epochs[0].number === 0n) reader.fail('epochs');
  for (const { shares } of roster.epochs) for (const { device } of shares) if (!deviceIn(roster, device)) reader.fail('share');
  const erasures = roster.extensions.find((extension) => extension.type === 2n)?.erasures ?? [];
  for (const erasure of erasures) if (!deviceIn(roster, erasure.askedBy)) reader.fail('erasing asked by nobody');
  const holds = roster.extensions.find((extension) => extension.type === 3n)?.holds ?? [];
  for (const hold of holds) {
    const invite = roster.invites.find((candidate) => equal(candidate.id, hold.invite));
    if (!invite || invite.role !== 2 || hold.givenIn > roster.version) reader.fail('history');
  }
}

const rosterHash = (roster) => H('fieldseal/v1/roster', roster.unsigned);
const signedBy = (roster, key) =>
  equal(roster.signer, deviceOf(key)) && verify(key, 'fieldseal/v1/roster-signature', roster.unsigned, roster.signature);

/** Owner's key, owner and deputies, to compare. */
function authorities(roster) {
  const people = roster.people.filter((person) => person.owner || person.deputy);
  return JSON.stringify([hex(roster.ownerKey), people.map((person) => [hex(person.id), person.role, person.marks])]);
}

/** Whether a device that was revoked is active again, or gone. */
const reactivates = (later, earlier) =>
  earlier.devices.some((before) => before.revoked && !deviceIn(later, before.id)?.revoked);

function forgets(later, earlier) {
  const invitation = earlier.invites.some((before) => {
    const now = later.invites.find((candidate) => equal(candidate.id, before.id));
    return !now || (before.cancelled && !now.cancelled);
  });
  return invitation || reactivates(later, earlier) || earlier.devices.some((before) => !deviceIn(later, before.id));
}

/** roster.md, "Old copies". */
function isForgetful(arrived, person, inForce, lastWord) {
  if (person.deputy && reactivates(arrived, inForce)) return true;
  const last = deviceIn(inForce, inForce.signer);
  const word = lastWord ?? (last && equal(last.person, person.id) ? inForce : undefined);
  // Whom a list shuts out has no last word in it.
  return Boolean(word) && !deviceIn(arrived, word.signer)?.revoked && forgets(arrived, word);
}

export function judgeRoster(arrived, inForce, lastWord) {
  if (!equal(arrived.deployment, inForce.deployment)) return 'forged';
  if (arrived.version < inForce.version) return 'older';
  if (arrived.version === inForce.version && equal(rosterHash(arrived), rosterHash(inForce))) return 'same';
  const signer = deviceIn(inForce, arrived.signer);
  const person = signer && !signer.revoked ? personOf(inForce, signer.person) : undefined;
  if (!person || !(person.owner || person.deputy) || !signedBy(arrived, signer.signKey)) return 'forged';
  if (arrived.version - inForce.version > 65536n) return 'forged';
  const linked = arrived.version === inForce.version + 1n && equal(arrived.previous, rosterHash(inForce));
  if (person.deputy && authorities(arrived) !== authorities(inForce)) return linked ? 'forged' : 'not_linked';
  if (arrived.version === inForce.version) {
    const standing = deviceIn(inForce, inForce.signer);
    const standingByOwner = Boolean(standing && personOf(inForce, standing.person).owner);
    const outranks =
      person.owner !== standingByOwner ? person.owner : hex(rosterHash(arrived)) < hex(rosterHash(inForce));
    if (!outranks) return 'outranked';
  }
  return isForgetful(arrived, person, inForce, lastWord) ? 'forgetful' : 'newer';
}

export function fingerprint(signKey, boxKey) {
  const hash = H('fieldseal/v1/fingerprint', join(signKey, boxKey));
  const groups = Array.from({ length: 8 }, (_, i) => bigEndian(hash.subarray(4 * i, 4 * i + 4)) % 100000);
  return groups.map((group) => String(group).padStart(5, '0')).join(' ');
}

export function readEnrolment(bytes) {
  const reader = new Reader(bytes);
  readFormat(reader);
  const enrolment = { invite: reader.fixed(16), signKey: reader.fixed(32), boxKey: reader.fixed(32) };
  enrolment.joined = reader.integer();
  enrolment.statement = bytes.subarray(0, reader.offset);
  enrolment.byInvite = reader.fixed(64);
  enrolment.byDevice = reader.fixed(64);
  reader.expectEnd();
  return enrolment;
}

export function judgeEnrolment(enrolment, roster, now) {
  const invite = roster.invites.find((candidate) => equal(candidate.id, enrolment.invite));
  if (!invite) return 'unknown_invite';
  const message = join(roster.deployment, enrolment.statement);
  const holds = (key, signature) => verify(key, 'fieldseal/v1/enrolment', message, signature);
  if (!holds(invite.key, enrolment.byInvite) || !holds(enrolment.signKey, enrolment.byDevice)) return 'bad_signature';
  const joined = roster.devices.find((device) => equal(device.invite, enrolment.invite));
  if (joined) {
    return same(joined.signKey, enrolment.signKey) && same(joined.boxKey, enrolment.boxKey) ? 'valid' : 'already_used';
  }
  if (deviceIn(roster, deviceOf(enrolment.signKey))) return 'already_used';
  if (invite.cancelled) return 'cancelled';
  const grace = 30n * 24n * 3600n * 1000n;
  if (now <= invite.expires) return 'valid';
  return now <= invite.expires + grace && enrolment.joined <= invite.expires ? 'valid' : 'expired';
}

function readInvitationContent(bytes) {
  const reader = new Reader(bytes);
  readFormat(reader);
  const content = {
    invitation: hex(reader.fixed(16)),
    deployment: hex(reader.fixed(16)),
    deployment_name: reader.text(256),
    root: hex(reader.fixed(32)),
    person: hex(reader.fixed(16)),
    person_name: reader.text(1024),
    role: roles[readRole(reader) - 1],
    expires_ms: String(reader.integer()),
    store_url: reader.text(2048),
    inviter_name: reader.text(1024),
  };
  const roster = readRoster(reader.blob(1 << 20));
  content.shared_key = hex(reader.fixed(32));
  content.one_time_seed = hex(reader.fixed(32));
  reader.expectEnd();
  return { content, roster };
}

/** The content of an invitation or a recovery kit. */
function openSealed(file, code, magic, purpose) {
  const damaged = (reason) => {
    throw new Refusal('damaged', reason);
  };
  const start = file.subarray(0, 8);
  if (file.length === 0 || !equal(start, ascii(magic).subarray(0, start.length))) damaged('magic');
  if (file.length > 1 << 20) damaged('too long');
  if (file.length > 8 && file[8] > 1) throw new Refusal('newer_version', `version ${file[8]}`);
  if (file.length < 33 + 40 + 2048) damaged('too short');
  if (file[8] === 0) damaged('version 0');
  const operations = bigEndian(file.subarray(9, 13));
  const memory = bigEndian(file.subarray(13, 17));
  if (operations < 1 || operations > 16 || memory < 8192 || memory > 2097152) damaged('cost');
  const stretched = sodium.crypto_pwhash(
    32,
    ascii(code),
    file.subarray(17, 33),
    operations,
    memory * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13,
  );
  const key = K(stretched, purpose, []);
  let padded;
  try {
    padded = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      file.subarray(57),
      file.subarray(0, 33),
      file.subarray(33, 57),
      key,
    );
  } catch {
    throw new Refusal('locked', 'does not open');
  }
  const bytes = unpad(padded, 2048);
  if (!bytes) damaged('padding');
  return bytes;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Whether a file of this size is one that is padded as it should be. */
function isSealedSize(size) {
  const content = size - 33 - 40;
  return content >= 2048 && size <= 1 << 20 && padme(content) === content;
}

/** "As text": the file. */
export function invitationFromText(text) {
  const damaged = (reason) => {
    throw new Refusal('damaged', reason);
  };
  const capitals = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const found = /^[ \t\r\n]*FSINVITE:([^]*)$/.exec(capitals);
  if (!found) damaged('mark');
  const bits = [...found[1].replace(/[ \t\r\n]/g, '')].map((letter) => {
    const value = base32.indexOf(letter);
    return value < 0 ? damaged('letter') : value.toString(2).padStart(5, '0');
  }).join('');
  const size = Math.floor(bits.length / 8);
  const rest = bits.slice(8 * size);
  if (rest.length >= 5 || rest.includes('1') || !isSealedSize(size)) damaged('not whole');
  return Uint8Array.from({ length: size }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8), 2));
}

/** What stands in an invitation, and the list of the team in it. */
export function readInvitation(file, code) {
  const bytes = openSealed(file, code, 'FSINVITE', 'fieldseal/v1/invitation');
  const { content, roster } = readInvitationContent(bytes);
  const root = Buffer.from(content.root, 'hex');
  if (hex(roster.deployment) !== content.deployment || !signedBy(roster, new Uint8Array(root))) {
    throw new Refusal('refused', 'roster');
  }
  return { content, roster };
}

/** The same shape as "contents" in the vectors. */
export function openInvitation(file, code) {
  return readInvitation(file, code).content;
}

export function openKit(file, code) {
  const reader = new Reader(openSealed(file, code, 'FSRECKIT', 'fieldseal/v1/recovery-kit'));
  readFormat(reader);
  const content = {
    deployment: hex(reader.fixed(16)),
    deployment_name: reader.text(256),
    root: hex(reader.fixed(32)),
    person: hex(reader.fixed(16)),
    person_name: reader.text(1024),
    invitation: hex(reader.fixed(16)),
    store_url: reader.text(2048),
  };
  const roster = readRoster(reader.blob(1 << 20));
  content.shared_key = hex(reader.fixed(32));
  const seed = reader.fixed(32);
  content.signing_seed = hex(seed);
  content.box_key = hex(reader.fixed(32));
  reader.expectEnd();
  const own = deviceIn(roster, deviceOf(sodium.crypto_sign_seed_keypair(seed).publicKey));
  const root = new Uint8Array(Buffer.from(content.root, 'hex'));
  const fits = own && hex(own.person) === content.person && hex(own.invite) === content.invitation;
  if (hex(roster.deployment) !== content.deployment || !signedBy(roster, root) || !fits) {
    throw new Refusal('refused', 'roster');
  }
  return content;
}
