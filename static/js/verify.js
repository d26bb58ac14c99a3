// Verifies the proofs of a register entry in the reader's browser; without this script they stand on the page to be read.
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const base64 = (data) => btoa(String.fromCharCode(...data));
const text = new TextEncoder();
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
const node = (left, right) => sha256(Uint8Array.of(1), left, right);

// The root of RFC 6962 to which the neighbours lead, or nothing if there are too many or too few of them.
async function rootFrom({ idx, size, leaf, path }) {
  let hash = await sha256(Uint8Array.of(0), bytes(leaf));
  const rest = path.map(bytes);
  for (let last = size - 1; last > 0; idx >>= 1, last >>= 1) {
    if (idx % 2 === 0 && idx === last) continue;
    const neighbour = rest.shift();
    if (!neighbour) return null;
    hash = await (idx % 2 ? node(neighbour, hash) : node(hash, neighbour));
  }
  return rest.length ? null : base64(hash);
}

// Whether the head is signed by the key; undefined where the browser does not know Ed25519.
async function isSigned(note, vkey) {
  const [name, keyId] = vkey.split("+", 2);
  const key = bytes(vkey.slice(name.length + keyId.length + 2)).slice(1);
  const signed = note.slice(0, note.indexOf("\n\n") + 1);
  const ours = note.split("\n").filter((line) => line.startsWith(`— ${name} `)).map((line) => bytes(line.split(" ")[2]));
  const signature = ours.find((data) => [...data.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === keyId);
  if (!signature) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature.slice(4), text.encode(signed));
  } catch {
    return undefined;
  }
}

// Whether the name and office shown are those that the entry commits to; undefined where nothing opens it.
async function isThatPerson(opening, says) {
  if (!opening) return undefined;
  const { locale, name, role } = opening.person;
  const salt = Uint8Array.from(opening.salt.match(/../g), (pair) => parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const commitment = Uint8Array.from(says.c.match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.verify("HMAC", key, commitment, text.encode(JSON.stringify({ locale, name, role })));
}

async function verify(section) {
  const proof = JSON.parse(section.dataset.proof);
  const says = JSON.parse(new TextDecoder().decode(bytes(proof.leaf)));
  const [, size, root] = proof.checkpoint.split("\n");
  return {
    about: says.i === proof.idx && says.city === section.dataset.city && says.decl === section.dataset.text,
    path: Number(size) === proof.size && (await rootFrom(proof)) === root,
    signature: await isSigned(proof.checkpoint, proof.vkey),
    person: await isThatPerson(proof.opening, says),
  };
}

for (const section of document.querySelectorAll("[data-proof]")) {
  const button = section.querySelector("[data-verify]");
  button.parentElement.hidden = !globalThis.crypto?.subtle;
  button.addEventListener("click", async () => {
    const results = await verify(section);
    for (const [check, result] of Object.entries(results)) {
      const line = section.querySelector(`[data-check="${check}"]`);
      const words = { true: "yes", false: "no", undefined: "unknown" }[result];
      line.hidden = false;
      for (const span of line.children) span.hidden = !(`${words}` in span.dataset);
    }
    section.querySelector("[data-results]").hidden = false;
  });
}
