// docs/formats/bundle.md, "Writing". node write.js VECTORS OUT: writes new bundles for the vectors' keys, and what must be found in them, as a file like bundle.json.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, openBundle } from './bundle.js';
import { ascii, compare, fromHex, join } from './encoding.js';
import { H, K, P, padme, sodium } from './primitives.js';

function number(value) {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

const integer = (value) => number(value >= 0n ? 2n * value : -2n * value - 1n);
const blob = (bytes) => join(number(bytes.length), bytes);

function bigEndian(value, size) {
  return Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);
}

function encodeManifest(manifest) {
  return join(
    manifest.senderKey,
    manifest.device ? join([1], manifest.device) : [0],
    number(manifest.recipients.length),
    ...manifest.recipients,
    number(manifest.counter),
    manifest.previous,
    integer(manifest.created),
    number(manifest.pieces),
  );
}

function sealStream(key, plain) {
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
  const pieces = [header];
  for (let from = 0; from < plain.length; from += 65536) {
    const tag =
      from + 65536 < plain.length
        ? sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        : sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    const chunk = plain.subarray(from, from + 65536);
    pieces.push(sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, tag));
  }
  return join(...pieces);
}

export function sealBundle({ shared, deployment, sender, recipients, manifest, items, evidence }) {
  const salt = sodium.randombytes_buf(32);
  const share = sodium.randombytes_buf(32);
  const hinted = recipients.map((key) => ({
    key,
    hint: K(shared, 'fieldseal/v1/hint', join(salt, key)).subarray(0, 8),
  }));
  hinted.sort((a, b) => compare(a.hint, b.hint));

  const encodedItems = join(number(items.length), ...items.map(({ type, body }) => join(number(type), blob(body))));
  const encoded = encodeManifest({
    ...manifest,
    senderKey: sender.publicKey,
    recipients: hinted.map(({ key }) => key),
    pieces: evidence.length,
  });
  const message = join(deployment, H('fieldseal/v1/items', encodedItems), encoded);
  const signed = join(ascii('fieldseal/v1/manifest'), [0], message);
  const signature = sodium.crypto_sign_detached(signed, sender.privateKey);
  const content = join(
    [0],
    blob(join(encoded, signature, encodedItems)),
    ...evidence.map((piece) => join(piece.content, number(piece.size), number(piece.index), blob(piece.bytes))),
  );
  const plain = new Uint8Array(Math.max(padme(content.length + 1), 640));
  plain.set(content);
  plain[content.length] = 0x80;

  const fileKey = K(shared, 'fieldseal/v1/file-key', join(salt, share));
  const body = sealStream(K(fileKey, 'fieldseal/v1/stream-key', []), plain);
  const stanzas = hinted.map(({ key, hint }) => join([1], bigEndian(88, 2), hint, sodium.crypto_box_seal(share, key)));
  const header = join(ascii('FSBUNDLE'), [1], salt, bigEndian(body.length, 4), [stanzas.length], ...stanzas);
  return join(header, K(K(fileKey, 'fieldseal/v1/header-key', []), 'fieldseal/v1/header', header), body);
}

function cases(keys) {
  const first = { counter: 1n, previous: new Uint8Array(32), created: BigInt(Date.now()) };
  const later = { counter: 300n, previous: new Uint8Array(32).fill(7), created: -1n };
  const text = (words) => ascii(words);
  const photo = sodium.randombytes_buf(200000);
  const piece = (bytes, index, whole) => ({ content: P(whole), size: whole.length, index, bytes });
  const stranger = sodium.crypto_box_keypair().publicKey;
  return [
    { name: 'nothing in it', recipients: [keys[0]], manifest: first, items: [], evidence: [] },
    {
      name: 'some items',
      recipients: [keys[1]],
      manifest: { ...later, device: new Uint8Array(16).fill(9) },
      items: [
        { type: 1, body: text('a segment') },
        { type: 5, body: new Uint8Array(0) },
        { type: 1000, body: text('of a later version') },
      ],
      evidence: [],
    },
    {
      name: 'evidence for two',
      recipients: [keys[0], stranger],
      manifest: later,
      items: [{ type: 4, body: text('a receipt') }],
      evidence: [piece(photo.subarray(0, 150000), 0, photo), piece(photo.subarray(150000), 1, photo)],
    },
  ];
}

const [folder, out] = process.argv.slice(2);
const known = JSON.parse(readFileSync(path.join(folder, 'bundle.json'), 'utf8'));
const pairs = known.keys.map((pair) => ({ public: fromHex(pair.public), secret: fromHex(pair.secret) }));
const shared = fromHex(known.shared_key);
const deployment = fromHex(known.deployment);
const written = { shared_key: known.shared_key, deployment: known.deployment, keys: known.keys, vectors: [] };
for (const one of cases(pairs.map((pair) => pair.public))) {
  const bytes = sealBundle({ shared, deployment, sender: sodium.crypto_sign_keypair(), ...one });
  const contents = describe(openBundle(bytes, pairs, shared, deployment));
  written.vectors.push({ name: one.name, expect: 'ok', contents, bytes: Buffer.from(bytes).toString('base64') });
}
writeFileSync(out, JSON.stringify(written));
