// docs/formats/bundle.md, "Writing".
import { ascii, compare, join } from './encoding.js';
import { H, K, padme, sign, sodium } from './primitives.js';
import { bigEndian, blob, integer, number } from './writing.js';

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

/** A bundle's bytes. */
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
  const signature = sign(sender.privateKey, 'fieldseal/v1/manifest', message);
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
