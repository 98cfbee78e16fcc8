// Is this bundle as it was sealed: the same steps as `sixface verify`, in the browser, on a zip that stays where it is.
//
// 1 names, 2 and 5 the two manifests with the SHA-256 of every file, 3 the payload's sum, 4 the custody chains,
// 7 the time stamps' subject, 8 the signatures where the browser knows Ed25519. Not step 6 (reports and case held
// against each other); the page says so.

import { hex } from "./hashing.js";
import { sha256 } from "./sha256.js";
import { NotAZip, pieces, read, refusal } from "./zip.js";

const MARKS = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"];
const ALWAYS = [
  ...["README.txt", "verify.sh", ...MARKS],
  ...["data/assessment.json", "data/case.json", "data/ruleset.toml"],
];
const BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const ZERO = `sha256:${"0".repeat(64)}`;
const OURS = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\/){0,7}[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
const LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/;
const STAMP = /^time\/[0-9]{2}\.tsr$/;
const KEY = /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/;
const ENDING = /,"previous":"(sha256:[0-9a-f]{64})","seq":([0-9]+),"stream":(".*")\}$/;
const LARGEST_TEXT = 64 << 20;
const LARGEST_STAMP = 64 << 10;
const AT_ONCE = 16 << 20; // bytes that the browser's own SHA-256 is given in one piece

/** What is no bundle at all. */
export class NotABundle extends Error {}

const text = (data) => new TextDecoder("utf-8").decode(data);

async function hashed(data) {
  if (!globalThis.crypto?.subtle) return hex(sha256(data));
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
}

/** Look at a zip; `told(done, total)` hears of bytes. Returns what is wrong, and what was looked at. */
export async function examine(file, told) {
  let zip;
  try {
    zip = await read(file);
  } catch (error) {
    if (error instanceof NotAZip) throw new NotABundle();
    throw error;
  }
  return new Examination(file, zip, told).run();
}

class Examination {
  constructor(file, zip, told) {
    this.file = file;
    this.told = told;
    this.wrong = zip.faults.map((what) => ({ wrong: "archive", path: "", what }));
    this.hashes = new Map();
    this.members = this.named(zip.members);
    this.done = 0;
    this.total = [...this.members.values()].reduce((sum, member) => sum + member.size, 0);
  }

  tell(wrong, path, what = "") {
    this.wrong.push({ wrong, path, what });
  }

  /** The members by their path within the bag. */
  named(members) {
    const tops = members.map(({ name }) => name.split("/")).filter((parts) => MARKS.includes(parts.at(-1)) && parts.length < 3);
    if (!tops.length) throw new NotABundle();
    const top = tops.some((parts) => parts.length === 1) ? "" : `${tops.map((parts) => parts[0]).sort()[0]}/`;
    const found = new Map();
    const lower = new Set();
    for (const member of members) {
      const path = member.name.slice(top.length);
      const why = refusal(member);
      if (why) this.tell("unsafe", member.name, why);
      else if (!member.name.startsWith(top)) this.tell("added", `../${member.name}`);
      else if (member.name.endsWith("/")) {
        if (!members.some(({ name }) => name !== member.name && name.startsWith(member.name))) this.tell("added", path);
      } else if (lower.has(path.toLowerCase())) this.tell("unsafe", path, "two files of this name");
      else {
        lower.add(path.toLowerCase());
        found.set(path, member);
      }
    }
    return found;
  }

  async run() {
    const info = await this.info();
    const signer = info.get("Sixface-Signer")?.join(", ") ?? null;
    const tags = await this.manifest("tagmanifest-sha256.txt", false);
    const payload = await this.manifest("manifest-sha256.txt", true);
    const listed = new Map([...tags, ...payload]);
    this.names(listed, signer !== null);
    this.sum(info);
    await this.chains(info);
    for (const [path, digest] of listed) await this.content(path, digest);
    const proofs = await this.proofs();
    await this.stamps(proofs);
    const signature = signer === null ? null : await this.signatures(signer, proofs);
    const unique = new Map(this.wrong.map((each) => [JSON.stringify(each), each]));
    return { wrong: [...unique.values()], files: listed.size, bytes: this.total, info, signer, signature, proofs };
  }

  async info() {
    const found = new Map();
    for (const line of text((await this.whole("bag-info.txt")) ?? new Uint8Array()).split("\n")) {
      const at = line.indexOf(": ");
      if (at < 0) continue;
      const label = line.slice(0, at);
      found.set(label, [...(found.get(label) ?? []), line.slice(at + 2)]);
    }
    const declared = await this.whole("bagit.txt");
    if (declared && text(declared) !== BAGIT) this.tell("form", "bagit.txt");
    return found;
  }

  async manifest(path, payload) {
    const digests = new Map();
    const whole = await this.whole(path);
    if (!whole) return digests;
    const lines = text(whole).split("\n");
    if (lines.pop() !== "") this.tell("form", path);
    let before = "";
    for (const [number, line] of lines.entries()) {
      const [, digest, name] = LINE.exec(line) ?? [];
      const fits = name && OURS.test(name) && name.startsWith("data/") === payload && name > before;
      if (!fits) this.tell("form", path, `line ${number + 1}`);
      if (name && !digests.has(name)) {
        digests.set(name, digest);
        if (name > before) before = name;
      }
    }
    if (!digests.size) this.tell("form", path);
    return digests;
  }

  names(listed, signed) {
    for (const path of new Set([...listed.keys(), ...ALWAYS])) {
      if (!this.members.has(path)) this.tell("missing", path);
    }
    for (const path of this.members.keys()) {
      const beside = path === "tagmanifest-sha256.txt" || STAMP.test(path);
      const proof = path === "signature.bin" || this.members.has(path.replace(/^(time\/[0-9]{2})\.sig$/, "$1.tsr"));
      if (!listed.has(path) && !beside && !(signed && proof && /\.(bin|sig)$/.test(path))) this.tell("added", path);
    }
  }

  sum(info) {
    const payload = [...this.members].filter(([path]) => path.startsWith("data/"));
    const actual = `${payload.reduce((sum, [, member]) => sum + member.size, 0)}.${payload.length}`;
    if ((info.get("Payload-Oxum") ?? []).join() !== actual) this.tell("sum", "bag-info.txt", actual);
  }

  async chains(info) {
    const noted = new Map();
    for (const value of info.get("Sixface-Custody-Head") ?? []) {
      const at = value.indexOf(" ");
      noted.set(value.slice(0, at), value.slice(at + 1));
    }
    for (const path of this.members.keys()) {
      if (!path.startsWith("data/custody/")) continue;
      const head = await this.follow(path);
      if (noted.get(path) !== head) this.tell("chain", path);
      noted.delete(path);
    }
    for (const path of noted.keys()) this.tell("missing", path);
  }

  /** The length and head of a chain; a line that does not hang on the one before is told. */
  async follow(path) {
    const whole = (await this.whole(path)) ?? new Uint8Array();
    let [head, count, stream, at] = [ZERO, 0, null, 0];
    while (at < whole.length) {
      const end = whole.indexOf(10, at) + 1 || whole.length;
      const line = whole.subarray(at, end);
      const told = text(line);
      count += 1;
      const [, previous, number, named] = ENDING.exec(told.slice(0, -1)) ?? [];
      stream ??= named;
      const hangs = told.endsWith("\n") && told.startsWith("{") && previous === head && named === stream;
      if (!hangs || number !== String(count)) this.tell("chain", path, `line ${count}`);
      head = `sha256:${await hashed(line)}`;
      at = end;
    }
    return `${count} ${head}`;
  }

  /** Hash a file in pieces and hold it against its digest. */
  async content(path, digest) {
    const member = this.members.get(path);
    if (!member) return;
    let found = "";
    try {
      found = await this.hash(member);
    } catch {
      this.tell("altered", path);
      return;
    }
    this.hashes.set(path, found);
    if (found !== digest) this.tell("altered", path);
  }

  async hash(member) {
    if (member.size <= AT_ONCE) {
      const whole = await this.gathered(member);
      this.heard(whole.length);
      return hashed(whole);
    }
    const running = sha256.create();
    for await (const piece of pieces(this.file, member)) {
      running.update(piece);
      this.heard(piece.length);
      await new Promise((resume) => setTimeout(resume)); // the page stays alive
    }
    return hex(running.digest());
  }

  heard(count) {
    this.done += count;
    this.told(this.done, this.total);
  }

  async gathered(member) {
    const whole = new Uint8Array(member.size);
    let at = 0;
    for await (const piece of pieces(this.file, member)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** A short file as a whole; null where it is missing or cannot be read. */
  async whole(path, most = LARGEST_TEXT) {
    const member = this.members.get(path);
    if (!member) return null;
    if (member.size > most) {
      this.tell("unsafe", path, "it is far too long");
      return null;
    }
    try {
      return await this.gathered(member);
    } catch {
      this.tell("altered", path);
      return null;
    }
  }

  /** The few small files by which others have signed it. */
  async proofs() {
    const found = new Map();
    for (const path of this.members.keys()) {
      const small = ["signature.bin", "signer.pem", "tagmanifest-sha256.txt"].includes(path) || /^time\/[0-9]{2}\.(tsr|sig)$/.test(path);
      const most = path.startsWith("tagmanifest") ? LARGEST_TEXT : LARGEST_STAMP;
      const content = small && (await this.whole(path, most));
      if (content) found.set(path, content);
    }
    return found;
  }

  async stamps(proofs) {
    const about = `0420${await hashed(proofs.get("tagmanifest-sha256.txt") ?? new Uint8Array())}`;
    for (const [path, content] of proofs) {
      if (STAMP.test(path) && !hex(content).includes(about)) this.tell("record", path);
    }
  }

  /** Whether the signatures hold: true, false, or null where this browser cannot tell. */
  async signatures(signer, proofs) {
    const pem = `-----BEGIN PUBLIC KEY-----\n${signer}\n-----END PUBLIC KEY-----\n`;
    if (!KEY.test(signer) || text(proofs.get("signer.pem") ?? new Uint8Array()) !== pem) {
      this.tell("signature", "signer.pem");
      return false;
    }
    const pairs = [["signature.bin", "tagmanifest-sha256.txt"]];
    for (const path of proofs.keys()) if (STAMP.test(path)) pairs.push([path.replace(".tsr", ".sig"), path]);
    const key = await imported(signer);
    let all = true;
    for (const [signature, content] of pairs) {
      const given = proofs.get(signature);
      const signed = proofs.get(content);
      if (given?.length === 64 && signed && !key) continue;
      if (given?.length === 64 && signed && (await crypto.subtle.verify("Ed25519", key, given, signed))) continue;
      this.tell("signature", signature);
      all = false;
    }
    return all && key ? true : all ? null : false;
  }
}

/** The key, where this browser knows Ed25519 and the page came over a safe connection; else null. */
async function imported(signer) {
  try {
    const raw = Uint8Array.from(atob(signer), (letter) => letter.charCodeAt(0));
    return await crypto.subtle.importKey("spki", raw, "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
}
