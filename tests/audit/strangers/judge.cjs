// Judges trees with the verifier of Sigstore: a question a line, as JSON, and for each a line: true,
// or false where the library finds a fault. It knows no consistency proofs and no tiles.

const { createPublicKey } = require("node:crypto");
const { createInterface } = require("node:readline");
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint.js");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle.js");

const bytes = (text) => Buffer.from(text, "base64");

function ask(question) {
  if (question.kind === "inclusion") {
    const inclusionProof = { logIndex: question.index, hashes: question.proof.map(bytes) };
    const entry = { inclusionProof, canonicalizedBody: bytes(question.entry) };
    verifyMerkleInclusion(entry, { logSize: question.size, logHash: bytes(question.root) });
  } else if (question.kind === "note") {
    const [name, id, key] = question.key.split("+");
    const x = bytes(question.key.slice(name.length + id.length + 2)).subarray(1);
    const jwk = { kty: "OKP", crv: "Ed25519", x: x.toString("base64url") };
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const log = { logID: Buffer.from(id, "hex"), baseURL: name, publicKey };
    verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: question.note } } }, [log]);
  } else {
    throw new TypeError(`no such kind of question: ${question.kind}`);
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  try {
    ask(JSON.parse(line));
    console.log(true);
  } catch (error) {
    if (error.name !== "VerificationError") throw error;
    console.log(false);
  }
});
