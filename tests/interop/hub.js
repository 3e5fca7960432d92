// docs/formats/hub.md: access lists of a hub, and the tokens that open it.
import { Reader, Refusal, ascii, equal, join } from './encoding.js';
import { deviceOf, verify } from './primitives.js';
import { readEnrolment } from './team.js';

function before(a, b) {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

function list(reader, limit, least, read, key) {
  const count = Number(reader.numberUpTo(limit));
  if (count * least > reader.left) reader.fail('more than there is');
  const elements = [];
  for (let i = 0; i < count; ++i) {
    elements.push(read());
    if (i > 0 && !before(key(elements[i - 1]), key(elements[i]))) reader.fail('out of order');
  }
  return elements;
}

function readBox(reader) {
  const box = { invite: reader.fixed(16), outbox: reader.fixed(32), mailbox: reader.fixed(32), right: reader.byte() };
  if (box.right < 1 || box.right > 3) reader.fail('no such right');
  box.joined = reader.boolean();
  box.key = reader.fixed(32);
  return box;
}

export function readAccessList(bytes) {
  if (bytes.length > 1048576) throw new Refusal('too_large', 'the list');
  const reader = new Reader(bytes);
  const format = reader.byte();
  if (format > 1) throw new Refusal('newer_version', `format ${format}`);
  if (format !== 1) reader.fail('format 0');
  const access = { version: reader.number(), deployment: reader.fixed(16) };
  access.signers = list(reader, 1000, 32, () => reader.fixed(32), (key) => key);
  access.boxes = list(reader, 8000, 114, () => readBox(reader), (box) => box.invite);
  access.signer = reader.fixed(16);
  access.statement = bytes.subarray(0, reader.offset);
  access.signature = reader.fixed(64);
  reader.expectEnd();
  access.signerKey = access.signers.find((key) => equal(deviceOf(key), access.signer));
  if (access.version === 0n || !access.signerKey) reader.fail('version 0, or signed by none of the signers');
  const names = access.boxes.flatMap((box) => [box.outbox, box.mailbox]).map((name) => Buffer.from(name).toString('hex'));
  const keys = access.boxes.map((box) => Buffer.from(box.key).toString('hex'));
  if (new Set(names).size !== names.length || new Set(keys).size !== keys.length) reader.fail('a name or key twice');
  return access;
}

export function judgeAccessList(arrived, inForce) {
  const known = inForce.signers.some((key) => equal(key, arrived.signerKey));
  if (!equal(arrived.deployment, inForce.deployment) || !known) return 'forged';
  if (!verify(arrived.signerKey, 'fieldseal/v1/access-list', arrived.statement, arrived.signature)) return 'forged';
  if (arrived.version <= inForce.version) return 'older';
  return arrived.version - inForce.version > 65536n ? 'forged' : 'newer';
}

/** The box that the token opens, or nothing. */
export function boxOf(text, access, audience) {
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  if (Buffer.from(bytes).toString('base64url') !== text || bytes.length < 66) return undefined;
  const body = bytes.subarray(1, bytes.length - 64);
  const name = ascii(audience);
  const message = join(access.deployment, Uint8Array.of(name.length), name);
  const signedBy = (key) => verify(key, 'fieldseal/v1/hub-token', message, bytes.subarray(bytes.length - 64));
  if (bytes[0] === 1 && body.length === 16) {
    return access.boxes.find((box) => box.joined && equal(deviceOf(box.key), body) && signedBy(box.key));
  }
  if (bytes[0] !== 2) return undefined;
  let enrolment;
  try {
    enrolment = readEnrolment(body);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  const box = access.boxes.find((candidate) => equal(candidate.invite, enrolment.invite));
  if (!box || !signedBy(enrolment.signKey)) return undefined;
  if (box.joined) return equal(box.key, enrolment.signKey) ? box : undefined;
  const statement = join(access.deployment, enrolment.statement);
  const holds = (key, signature) => verify(key, 'fieldseal/v1/enrolment', statement, signature);
  return holds(box.key, enrolment.byInvite) && holds(enrolment.signKey, enrolment.byDevice) ? box : undefined;
}
