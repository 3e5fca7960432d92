// docs/formats/history.md and exchange.md: runs of a device's log, and receipts.
import { Reader, Refusal, ascii, compare, equal, hex, join } from './encoding.js';
import { H, deviceOf, verify } from './primitives.js';
import { integer, number } from './writing.js';

const isZero = (bytes) => bytes.every((byte) => byte === 0);
const lastPlace = 2n ** 63n - 1n;
const MiB = 2 ** 20;
/** record.md, "Kinds": from site to assignment. */
const lastKind = 10;

function readVersion(reader) {
  const version = reader.byte();
  if (version > 1) throw new Refusal('newer_version', `version ${version}`);
  if (version === 0) reader.fail('version 0');
}

const wrapped = (value) => BigInt.asIntN(64, value);

function readValue(reader) {
  const tag = reader.byte();
  if (tag === 0) return null;
  if (tag === 2) return true;
  let value;
  if (tag === 3) {
    value = reader.integer();
    if (value === 0n) reader.fail('a zero that is not left out');
  } else if (tag === 4) {
    const bytes = reader.fixed(8);
    value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
    if (value === 0 || !Number.isFinite(value)) reader.fail('a real that may not be');
  } else if (tag === 5) {
    value = reader.text(4 * MiB);
    if (value === '') reader.fail('a zero that is not left out');
  } else if (tag === 6) {
    value = reader.blob(4 * MiB);
    if (value.length === 0) reader.fail('a zero that is not left out');
  } else {
    reader.fail('tag');
  }
  return value;
}

function readEdit(reader) {
  const path = Buffer.from(reader.blob(512)).toString('latin1');
  if (!/^[A-Za-z0-9_.:-]{1,128}(\/[A-Za-z0-9_.:-]{1,128})*$/.test(path)) reader.fail('path');
  return { path, value: readValue(reader) };
}

/** A revision with its body, at `place` of the run; computes the name. */
function readRevision(reader, run, place, before) {
  const revision = { record: reader.fixed(16), kind: reader.byte(), sequence: run.first + BigInt(place) };
  if (revision.kind < 1 || revision.kind > lastKind) reader.fail('kind');
  const previous = place > 0 ? run.revisions[place - 1].name : run.previous;
  const earlier = [...(run.first > 1n ? [run.previous] : []), ...run.revisions.map(({ name }) => name)];
  revision.parents = [];
  for (let count = reader.count(64, 1); count > 0; --count) {
    const back = Number(reader.numberUpTo(place + 1));
    if (back > earlier.length) reader.fail('a parent before the start of the log');
    const parent = back === 0 ? reader.fixed(32) : earlier[earlier.length - back];
    if (back === 0 && earlier.some((name) => equal(name, parent))) reader.fail('a parent in the run by its name');
    if (isZero(parent)) reader.fail('a parent of zeros');
    if (revision.parents.length > 0 && compare(revision.parents.at(-1), parent) >= 0) reader.fail('parents');
    revision.parents.push(parent);
  }
  revision.wall = wrapped(before.wall + reader.integer());
  revision.uptime = wrapped(before.uptime + reader.integer());
  const ahead = reader.integer();
  revision.logical = wrapped(revision.wall + ahead);
  const start = reader.offset;
  reader.fixed(16);
  revision.edits = reader.list(100000, 3, readEdit, ({ path }) => ascii(path));
  const body = reader.bytes.subarray(start, reader.offset);
  if (body.length > 8 * MiB) reader.fail('a body of more than 8 MiB');
  const head = join(
    Uint8Array.of(1), revision.record, Uint8Array.of(revision.kind), run.device, number(revision.sequence), previous,
    number(BigInt(revision.parents.length)), ...revision.parents, integer(revision.wall), integer(revision.uptime),
    integer(ahead), H('fieldseal/v1/revision-body', body),
  );
  return { ...revision, name: H('fieldseal/v1/revision', head) };
}

export function readLog(bytes) {
  const reader = new Reader(bytes);
  readVersion(reader);
  const run = { device: reader.fixed(16), first: reader.numberUpTo(lastPlace), previous: new Uint8Array(32), revisions: [] };
  if (run.first === 0n) reader.fail('logs start at 1');
  if (run.first > 1n) {
    run.previous = reader.fixed(32);
    if (isZero(run.previous)) reader.fail('a predecessor of zeros');
  }
  const count = reader.count(100000, 33);
  if (count === 0 || run.first + BigInt(count) - 1n > lastPlace) reader.fail('count');
  let before = { wall: 0n, uptime: 0n };
  const names = new Set();
  for (let place = 0; place < count; ++place) {
    let revision;
    if (reader.boolean()) {
      revision = readRevision(reader, run, place, before);
      before = revision;
    } else {
      revision = { name: reader.fixed(32) };
      if (isZero(revision.name)) reader.fail('a name of zeros');
    }
    if (names.has(hex(revision.name))) reader.fail('a revision twice');
    names.add(hex(revision.name));
    run.revisions.push(revision);
  }
  run.signature = reader.fixed(64);
  reader.expectEnd();
  return run;
}

/** The same shape as "contents" in the vectors: the revisions listed. */
export function describeLog(run) {
  return {
    device: hex(run.device),
    revisions: run.revisions.map((revision) => ({
      name: hex(revision.name),
      ...(revision.record && {
        record: hex(revision.record),
        kind: revision.kind,
        sequence: String(revision.sequence),
        parents: revision.parents.map(hex),
        wall_ms: String(revision.wall),
        logical_ms: String(revision.logical),
        paths: revision.edits.map(({ path }) => path),
      }),
    })),
  };
}

export function judgeLog(run, deployment, key) {
  const names = run.revisions.map(({ name }) => name);
  const message = join(deployment, run.device, number(run.first), run.previous, number(BigInt(names.length)), ...names);
  const holds = equal(deviceOf(key), run.device) && verify(key, 'fieldseal/v1/segment', message, run.signature);
  return holds ? 'ok' : 'bad_signature';
}

export function readReceipt(bytes) {
  const reader = new Reader(bytes);
  readVersion(reader);
  const receipt = { deployment: reader.fixed(16), issuer: reader.fixed(16), issued: reader.integer() };
  const readHeld = (r) => {
    const held = { device: r.fixed(16), upTo: r.number(), name: r.fixed(8) };
    if (held.upTo === 0n) r.fail('nothing held');
    return held;
  };
  receipt.logs = reader.list(100000, 25, readHeld, ({ device }) => device);
  receipt.blobs = reader.list(1000000, 32, (r) => r.fixed(32), (content) => content);
  receipt.rosterVersion = reader.number();
  receipt.covered = bytes.subarray(0, reader.offset);
  receipt.signature = reader.fixed(64);
  reader.expectEnd();
  return receipt;
}

export function judgeReceipt(receipt, key) {
  const own = equal(deviceOf(key), receipt.issuer);
  return own && verify(key, 'fieldseal/v1/receipt', receipt.covered, receipt.signature) ? 'ok' : 'bad_signature';
}
