// node write.js VECTORS OUT: writes new bundles for the vectors' keys, and what must be found in them, as a file like bundle.json.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, openBundle } from './bundle.js';
import { ascii, fromHex } from './encoding.js';
import { P, sodium } from './primitives.js';
import { sealBundle } from './seal.js';

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
