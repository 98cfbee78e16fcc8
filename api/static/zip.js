// A zip file of a stranger's, read where it lies: its directory first, then one member at a time, in pieces.
//
// Nothing of it is trusted: counts, sizes and ratios are bounded before anything is read, and what another
// reader could see otherwise (members that overlap, second names, bytes between) is told as a fault.

const PIECE = 4 << 20;
const MOST_FILES = 20_000;
const LARGEST_DIRECTORY = 8 << 20;
const HIGHEST_RATIO = 250;
const FREE_OF_RATIO = 1 << 20;
const ENDING = 22;
const LOCAL = 30;
const CENTRAL = 46;
const DESCRIPTOR = 24;
const FULL = 0xffffffff;

export class NotAZip extends Error {}

export class Unreadable extends Error {}

async function bytes(file, from, to) {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

function view(data) {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** The directory of a zip: `{ members, faults }`, each member with its name, sizes and place. */
export async function read(file) {
  const start = Math.max(0, file.size - ENDING - 0xffff);
  const tail = await bytes(file, start, file.size);
  const at = lastEnding(tail);
  if (at < 0) throw new NotAZip();
  const end = await ending(file, view(tail), at, start);
  if (end.count > MOST_FILES || end.size > LARGEST_DIRECTORY) throw new NotAZip();
  if (end.offset + end.size > file.size) throw new NotAZip();
  const members = listed(await bytes(file, end.offset, end.offset + end.size), end.count);
  const comment = tail.subarray(at + ENDING);
  const ours = new TextDecoder().decode(comment) === "sixface bundle 1";
  const faults = [];
  if (comment.length && !ours) faults.push("a comment that no bundle has");
  for (const member of members) await place(file, member, faults);
  faults.push(...gaps(members, end, ours));
  if (ours && !(await canonical(file, members, end))) faults.push("other headers than it was sealed with");
  return { members, faults };
}

function lastEnding(tail) {
  for (let at = tail.length - ENDING; at >= 0; at -= 1) {
    const here = tail[at] === 0x50 && tail[at + 1] === 0x4b && tail[at + 2] === 5 && tail[at + 3] === 6;
    // The record tells how long its comment is; bytes behind that would be nobody's.
    if (here && at + ENDING + (tail[at + 20] | (tail[at + 21] << 8)) === tail.length) return at;
  }
  return -1;
}

async function ending(file, tail, at, start) {
  const found = {
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
    at: start + at,
  };
  if (found.count !== 0xffff && found.size !== FULL && found.offset !== FULL) return found;
  if (at < 20 || tail.getUint32(at - 20, true) !== 0x07064b50) throw new NotAZip();
  const large = Number(tail.getBigUint64(at - 12, true));
  const record = view(await bytes(file, large, large + 56));
  if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) throw new NotAZip();
  const [count, size, offset] = [32, 40, 48].map((place) => Number(record.getBigUint64(place, true)));
  return { count, size, offset, at: large };
}

function listed(data, count) {
  const table = view(data);
  const members = [];
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    if (at + CENTRAL > data.length || table.getUint32(at, true) !== 0x02014b50) throw new NotAZip();
    const [name, extra, comment] = [28, 30, 32].map((place) => table.getUint16(at + place, true));
    const fields = data.subarray(at + CENTRAL + name, at + CENTRAL + name + extra);
    members.push({
      name: new TextDecoder().decode(data.subarray(at + CENTRAL, at + CENTRAL + name)),
      flags: table.getUint16(at + 8, true),
      method: table.getUint16(at + 10, true),
      crc: table.getUint32(at + 16, true),
      mode: table.getUint16(at + 4, true) >> 8 === 3 ? (table.getUint32(at + 38, true) >>> 28) & 0xf : 0,
      ...sizes(table, at, fields),
    });
    at += CENTRAL + name + extra + comment;
  }
  return members;
}

/** Sizes and place; those beyond 4 GiB stand in an extra field, in this order. */
function sizes(table, at, fields) {
  const found = {
    size: table.getUint32(at + 24, true),
    packed: table.getUint32(at + 20, true),
    offset: table.getUint32(at + 42, true),
  };
  const extra = view(fields);
  for (let here = 0; here + 4 <= fields.length; here += 4 + extra.getUint16(here + 2, true)) {
    if (extra.getUint16(here, true) !== 1) continue;
    let next = here + 4;
    for (const key of ["size", "packed", "offset"]) {
      if (found[key] !== FULL || next + 8 > fields.length) continue;
      found[key] = Number(extra.getBigUint64(next, true));
      next += 8;
    }
  }
  return found;
}

/** Where the bytes of a member begin, by the header before them; a header that says otherwise is a fault. */
async function place(file, member, faults) {
  const fixed = view(await bytes(file, member.offset, member.offset + LOCAL));
  if (fixed.byteLength < LOCAL || fixed.getUint32(0, true) !== 0x04034b50) {
    faults.push(`no header for ${member.name}`);
    member.from = null;
    return;
  }
  const [name, extra] = [fixed.getUint16(26, true), fixed.getUint16(28, true)];
  const there = await bytes(file, member.offset + LOCAL, member.offset + LOCAL + name);
  if (new TextDecoder().decode(there) !== member.name) faults.push(`a second name for ${member.name}`);
  member.from = member.offset + LOCAL + name + extra;
}

function* gaps(members, end, ours) {
  const most = ours ? 0 : DESCRIPTOR;
  let last = 0;
  for (const member of [...members].sort((one, other) => one.offset - other.offset)) {
    const gap = member.offset - last;
    if (gap < 0 || gap > (last ? most : 0)) yield `bytes before ${member.name} that are nobody's`;
    last = (member.from ?? member.offset) + member.packed;
  }
  if (end.offset - last < 0 || end.offset - last > most) yield "bytes before the directory that are nobody's";
  if (end.at !== end.offset + end.size) yield "bytes behind the directory that are nobody's";
}

// What `claims/archive.py` writes around the members, from which a zip of ours must not differ in a byte.
const DAY = (1 << 5) | 1; // 1 January 1980
const MODE = 0o100644 * 0x10000;

function local(member) {
  const long = [[0, 0x04034b50], [14, member.crc], [18, member.size], [22, member.size]];
  return record(LOCAL, member, long, { 4: 20, 12: DAY, 26: member.name.length });
}

function central(member) {
  const long = [[0, 0x02014b50], [16, member.crc], [20, member.size], [24, member.size], [38, MODE], [42, member.offset]];
  return record(CENTRAL, member, long, { 4: 0x314, 6: 20, 14: DAY, 28: member.name.length });
}

function record(length, { name }, long, short) {
  const made = new Uint8Array(length + name.length);
  for (const [at, value] of long) view(made).setUint32(at, value, true);
  for (const [at, value] of Object.entries(short)) view(made).setUint16(Number(at), value, true);
  made.set(new TextEncoder().encode(name).subarray(0, name.length), length);
  return made;
}

/** Whether a zip of ours has the headers that it was written with; those beyond 4 GiB are not compared. */
async function canonical(file, members, end) {
  if (end.at + ENDING > file.size || members.some(({ size, offset }) => size >= FULL || offset >= FULL)) return true;
  let place = end.offset;
  for (const member of members) {
    const [before, listed] = [local(member), central(member)];
    if (!same(before, await bytes(file, member.offset, member.offset + before.length))) return false;
    if (!same(listed, await bytes(file, place, place + listed.length))) return false;
    place += listed.length;
  }
  const last = view(await bytes(file, place, place + ENDING));
  const counts = [8, 10].every((at) => last.getUint16(at, true) === members.length);
  return counts && last.getUint32(4, true) === 0 && place === end.at;
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Why a member is not read; empty for a plain file. */
export function refusal(member) {
  const { name, size, packed } = member;
  if (/^\/|^[A-Za-z]:|\\|[\u0000-\u001f]/.test(name) || name.split("/").includes("..")) return "a name that could harm";
  if (![0, 8, 4].includes(member.mode)) return "a link or a device";
  if (member.flags & 1) return "it is encrypted";
  if (![0, 8].includes(member.method)) return "it is packed in a way that no bundle uses";
  if (member.method === 0 && size !== packed) return "two sizes";
  if (size > Math.max(FREE_OF_RATIO, HIGHEST_RATIO * packed)) return "it would unpack to far more than it is";
  return "";
}

/** The bytes of a member in pieces, unpacked; never more than the directory says. */
export async function* pieces(file, member) {
  if (member.from === null) throw new Unreadable();
  const packed = file.slice(member.from, member.from + member.packed);
  let left = member.size;
  if (member.method === 0) {
    for (let at = 0; at < packed.size; at += PIECE) {
      const piece = await bytes(packed, at, Math.min(at + PIECE, packed.size));
      left -= piece.length;
      yield piece;
    }
  } else {
    const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        left -= piece.value.length;
        if (left < 0) throw new Unreadable();
        yield piece.value;
      }
    } catch {
      throw new Unreadable();
    } finally {
      reader.cancel().catch(() => {});
    }
  }
  if (left !== 0) throw new Unreadable();
}
