// docs/formats/encoding.md: the canonical encoding, and what a reader refuses.

export class Refusal extends Error {
  constructor(kind, reason) {
    super(`${kind}: ${reason}`);
    this.kind = kind;
  }
}

export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.offset = 0;
  }

  get left() {
    return this.bytes.length - this.offset;
  }

  fail(reason) {
    throw new Refusal('damaged', `byte ${this.offset}: ${reason}`);
  }

  fixed(size) {
    if (size > this.left) this.fail('ends too early');
    this.offset += size;
    return this.bytes.subarray(this.offset - size, this.offset);
  }

  byte() {
    return this.fixed(1)[0];
  }

  /** A number, as BigInt. */
  number() {
    let value = 0n;
    for (let place = 0; place < 10; ++place) {
      const byte = this.byte();
      if (place === 9 && byte > 1) this.fail('more than 64 bits');
      value |= BigInt(byte & 0x7f) << BigInt(7 * place);
      if (byte < 0x80) {
        if (byte === 0 && place > 0) this.fail('not the shortest form');
        return value;
      }
    }
    return this.fail('more than 64 bits');
  }

  numberUpTo(limit) {
    const value = this.number();
    if (value > BigInt(limit)) throw new Refusal('too_large', `${value} is over ${limit}`);
    return value;
  }

  integer() {
    const bits = this.number();
    return (bits & 1n) === 0n ? bits >> 1n : -((bits + 1n) >> 1n);
  }

  boolean() {
    const byte = this.byte();
    if (byte > 1) this.fail('neither yes nor no');
    return byte === 1;
  }

  blob(limit) {
    return this.fixed(Number(this.numberUpTo(limit)));
  }

  text(limit) {
    const bytes = this.blob(limit);
    let text;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      this.fail('not UTF-8');
    }
    if (text.includes('\0')) this.fail('holds U+0000');
    return text;
  }

  /** How many elements of at least `least` bytes follow. */
  count(limit, least) {
    const count = Number(this.numberUpTo(limit));
    if (count * least > this.left) this.fail('more elements than fit');
    return count;
  }

  /** Elements in strictly ascending order of what `key` gives (bytes or BigInt). */
  list(limit, least, read, key) {
    const elements = [];
    for (let count = this.count(limit, least); count > 0; --count) {
      const element = read(this);
      if (elements.length > 0 && compare(key(elements.at(-1)), key(element)) >= 0) this.fail('not ascending');
      elements.push(element);
    }
    return elements;
  }

  expectEnd() {
    if (this.left > 0) this.fail(`${this.left} bytes too many`);
  }
}

/** Bytes byte by byte, BigInts by size. */
export function compare(a, b) {
  if (typeof a === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function equal(a, b) {
  return compare(a, b) === 0;
}

export function join(...pieces) {
  return new Uint8Array(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
}

export function ascii(text) {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function hex(bytes) {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(text) {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function bigEndian(bytes) {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
