// docs/formats/bundle.md: opens a bundle, step by step as its table of refusals goes.
import { Reader, Refusal, ascii, bigEndian, compare, equal, hex, join } from './encoding.js';
import { H, K, P, deviceOf, padme, sodium, verify } from './primitives.js';
import { unpack } from './zstandard.js';

const MiB = 1 << 20;
const chunkSize = 65536;
const overhead = 17;
const leastPlain = 640;

function refuse(kind, reason) {
  throw new Refusal(kind, reason);
}

function readHeader(file) {
  const magic = ascii('FSBUNDLE');
  const start = file.subarray(0, 8);
  if (file.length === 0 || !equal(start, magic.subarray(0, start.length))) refuse('not_a_bundle', 'magic');
  let offset = 8;
  const take = (size) => {
    if (offset + size > file.length) refuse('truncated', 'within the header');
    offset += size;
    return file.subarray(offset - size, offset);
  };
  const version = take(1)[0];
  if (version > 1) refuse('newer_version', `version ${version}`);
  if (version === 0) refuse('malformed', 'version 0');
  const salt = take(32);
  const bodySize = bigEndian(take(4));
  const count = take(1)[0];
  if (count === 0 || count > 64) refuse('malformed', `${count} stanzas`);
  const stanzas = [];
  for (let i = 0; i < count; ++i) {
    const type = take(1)[0];
    const length = bigEndian(take(2));
    if (type === 0 || (type === 1 ? length !== 88 : length > 4096)) refuse('malformed', 'stanza');
    stanzas.push({ type, body: take(length) });
  }
  const covered = file.subarray(0, offset);
  const mac = take(32);
  return { salt, bodySize, stanzas, covered, mac, body: file.subarray(offset) };
}

const hintOf = (shared, salt, key) => K(shared, 'fieldseal/v1/hint', join(salt, key)).subarray(0, 8);

function openBox(pair, box) {
  try {
    return sodium.crypto_box_seal_open(box, pair.public, pair.secret);
  } catch {
    return undefined;
  }
}

function unlock(header, pairs, shared) {
  const boxes = header.stanzas.filter((stanza) => stanza.type === 1);
  let hinted = false;
  for (const pair of pairs) {
    const own = hintOf(shared, header.salt, pair.public);
    for (const [place, stanza] of boxes.entries()) {
      if (!equal(stanza.body.subarray(0, 8), own)) continue;
      hinted = true;
      const share = openBox(pair, stanza.body.subarray(8));
      if (!share) continue;
      const fileKey = K(shared, 'fieldseal/v1/file-key', join(header.salt, share));
      const headerKey = K(fileKey, 'fieldseal/v1/header-key', []);
      const mac = K(headerKey, 'fieldseal/v1/header', header.covered);
      if (!sodium.memcmp(mac, header.mac)) refuse('tampered', 'MAC');
      checkOrder(header.stanzas);
      return { streamKey: K(fileKey, 'fieldseal/v1/stream-key', []), boxes, place, pair };
    }
  }
  return refuse(hinted ? 'tampered' : 'not_for_us', 'no stanza opens');
}

function checkOrder(stanzas) {
  for (let i = 1; i < stanzas.length; ++i) {
    const [a, b] = [stanzas[i - 1], stanzas[i]];
    const hints = a.type === 1 && b.type === 1 ? compare(a.body.subarray(0, 8), b.body.subarray(0, 8)) : -1;
    if (a.type > b.type || hints >= 0) refuse('malformed', 'stanzas out of order');
  }
}

/** Plain bytes of a body of this size; nothing where no writer makes one. */
export function plainSize(bodySize) {
  const sealed = bodySize - 24;
  const last = sealed % (chunkSize + overhead);
  if (sealed <= 0 || (last !== 0 && last <= overhead)) return undefined;
  const plain = sealed - Math.ceil(sealed / (chunkSize + overhead)) * overhead;
  return plain >= leastPlain && padme(plain) === plain ? plain : undefined;
}

/** The plain bytes of a body; chunks are opened as they are needed. */
export class Plain {
  constructor(key, body, size) {
    this.state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(body.subarray(0, 24), key);
    this.sealed = body.subarray(24);
    this.size = size;
    this.left = size;
    this.window = new Uint8Array(0);
  }

  fixed(size) {
    if (size > this.left) refuse('malformed', 'announces more than it holds');
    while (this.window.length < size) this.window = join(this.window, this.pull());
    const taken = this.window.subarray(0, size);
    this.window = this.window.subarray(size);
    this.left -= size;
    return taken;
  }

  pull() {
    const chunk = this.sealed.subarray(0, chunkSize + overhead);
    this.sealed = this.sealed.subarray(chunk.length);
    const pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(this.state, chunk, null);
    const expected =
      this.sealed.length === 0
        ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    if (!pulled || pulled.tag !== expected) refuse('tampered', 'chunk');
    return pulled.message;
  }

  number(limit) {
    const written = [];
    do written.push(this.fixed(1)[0]);
    while (written.at(-1) >= 0x80 && written.length < 10);
    return new Reader(Uint8Array.from(written)).numberUpTo(limit);
  }

  expectPadding() {
    const content = this.size - this.left;
    if (this.size !== Math.max(padme(content + 1), leastPlain)) refuse('malformed', 'size of the padding');
    const padding = this.fixed(this.left);
    if (padding[0] !== 0x80 || padding.subarray(1).some((byte) => byte !== 0)) refuse('malformed', 'padding');
  }
}

function readManifest(reader) {
  const manifest = { senderKey: reader.fixed(32) };
  manifest.lane = reader.boolean() ? hex(reader.fixed(16)) : 'team';
  manifest.recipients = [];
  for (let count = reader.count(64, 32); count > 0; --count) manifest.recipients.push(reader.fixed(32));
  manifest.counter = reader.number();
  manifest.previous = reader.fixed(32);
  const first = manifest.previous.every((byte) => byte === 0);
  if (manifest.counter === 0n || first !== (manifest.counter === 1n)) reader.fail('counter');
  manifest.created = reader.integer();
  manifest.pieces = Number(reader.numberUpTo(65536));
  return manifest;
}

function readItems(reader) {
  const items = [];
  let before = 0n;
  for (let count = reader.count(100000, 2); count > 0; --count) {
    const type = reader.numberUpTo(65535);
    if (type === 0n || type < before) reader.fail('types do not ascend');
    if (type > 5n && type < 64n) refuse('newer_version', `item of type ${type}`);
    before = type;
    items.push({ type: Number(type), body: reader.blob(64 * MiB) });
  }
  reader.expectEnd();
  return items;
}

function readEvidence(plain, count) {
  const pieces = [];
  let total = 0;
  for (; count > 0; --count) {
    const content = plain.fixed(32);
    const size = plain.number(2 ** 40);
    const index = plain.number(2 ** 32 - 1);
    const length = Number(plain.number(MiB));
    total += length;
    if (length === 0 || BigInt(length) > size || total > 64 * MiB) refuse('malformed', 'size of a piece');
    const before = pieces.at(-1);
    const order = before ? compare(before.content, content) || compare(before.index, index) : -1;
    if (order >= 0) refuse('malformed', 'pieces out of order');
    pieces.push({ content, size, index, bytes: plain.fixed(length) });
  }
  return pieces;
}

function read(file, pairs, shared, deployment) {
  const header = readHeader(file);
  const { streamKey, boxes, place, pair } = unlock(header, pairs, shared);
  const size = header.bodySize <= 160 * MiB ? plainSize(header.bodySize) : undefined;
  if (size === undefined) refuse('malformed', 'body size');
  if (header.body.length < header.bodySize) refuse('truncated', 'body');
  if (header.body.length > header.bodySize) refuse('tampered', 'bytes behind the end');

  const plain = new Plain(streamKey, header.body, size);
  const method = plain.fixed(1)[0];
  const length = Number(plain.number(64 * MiB));
  if (method > 1) refuse('malformed', 'method');
  const packed = plain.fixed(length);
  const reader = new Reader(method === 0 ? packed : unpack(packed, 64 * MiB));
  const manifest = readManifest(reader);
  const encoded = reader.bytes.subarray(0, reader.offset);
  const signature = reader.fixed(64);
  const itemsHash = H('fieldseal/v1/items', reader.bytes.subarray(reader.offset));
  const message = join(deployment, itemsHash, encoded);
  if (!verify(manifest.senderKey, 'fieldseal/v1/manifest', message, signature)) refuse('tampered', 'signature');

  const same =
    manifest.recipients.length === boxes.length &&
    boxes.every((box, i) => equal(box.body.subarray(0, 8), hintOf(shared, header.salt, manifest.recipients[i])));
  if (!same || !equal(manifest.recipients[place], pair.public)) refuse('malformed', 'recipients');
  const items = readItems(reader);
  const evidence = readEvidence(plain, manifest.pieces);
  plain.expectPadding();
  return { id: H('fieldseal/v1/bundle', join(message, signature)), manifest, items, evidence };
}

/** What is in the bundle; throws Refusal with a class of the page. */
export function openBundle(file, pairs, shared, deployment) {
  try {
    return read(file, pairs, shared, deployment);
  } catch (error) {
    const inner = error instanceof Refusal && (error.kind === 'damaged' || error.kind === 'too_large');
    throw inner ? new Refusal('malformed', error.message) : error;
  }
}

/** The same shape as "contents" in the vectors. */
export function describe(opened) {
  const { manifest } = opened;
  return {
    id: hex(opened.id),
    sender: hex(deviceOf(manifest.senderKey)),
    lane: manifest.lane,
    counter: String(manifest.counter),
    previous: hex(manifest.previous),
    created_ms: String(manifest.created),
    recipients: manifest.recipients.map(hex),
    items: opened.items.map(({ type, body }) => ({ type, body: hex(body) })),
    evidence: opened.evidence.map(({ content, size, index, bytes }) => ({
      content: hex(content),
      size: String(size),
      index: Number(index),
      bytes_hash: hex(P(bytes)),
    })),
  };
}

/** bundle.md, "On a store". */
export function readIndex(bytes) {
  const reader = new Reader(bytes);
  if (!equal(reader.fixed(7), ascii('FSPARTS'))) reader.fail('magic');
  const version = reader.byte();
  if (version > 1) refuse('newer_version', 'index');
  if (version === 0) reader.fail('version 0');
  const whole = reader.fixed(32);
  const size = reader.number();
  if (size === 0n || size > BigInt(160 * MiB)) reader.fail('size');
  const count = Math.ceil(Number(size) / MiB);
  const parts = count === 1 ? [whole] : Array.from({ length: count }, () => reader.fixed(32));
  reader.expectEnd();
  return { whole, size, parts };
}
