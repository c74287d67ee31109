// Fills a new account with photographs, for measure.mjs. See README.md beside it.
//
// Each is an image of its own, though there are only a few files: its pictures have URLs of their own. It ends when what the
// grid shows of them is made, so that no measurement waits for a decoder.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { account, ask, dataOf, headers, pictures, register, server, setting } from "./api.mjs";

const folder = setting("PHOTOS", new URL("../../../shared/corpus/photos", import.meta.url).pathname);
const photos = readdirSync(folder)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
if (photos.length === 0) {
    throw new Error(`There are no photographs in ${folder} (PHOTOS names a folder).`);
}

const mutation = `mutation($input: UploadImageInput!) {
    uploadImage(input: $input) { image { id } errors { code message } }
}`;
const listed = `query($after: String) {
    images(first: 100, after: $after) {
        nodes {
            w256: rendition(transform: { width: 256 }) { url }
            w400: rendition(transform: { width: 400 }) { url }
            w640: rendition(transform: { width: 640 }) { url }
        }
        pageInfo { endCursor hasNextPage }
    }
}`;

async function upload(token, { name, bytes }) {
    const form = new FormData();
    form.set("operations", JSON.stringify({ query: mutation, variables: { input: { file: null, onDuplicate: "KEEP_BOTH" } } }));
    form.set("map", JSON.stringify({ 0: ["variables.input.file"] }));
    form.set("0", new Blob([bytes], { type: "image/jpeg" }), name);
    const { "graphql-preflight": preflight } = headers;
    const response = await fetch(`${server}/graphql`, {
        method: "POST",
        headers: { "graphql-preflight": preflight, authorization: `Bearer ${token}` },
        body: form,
    });
    dataOf(await response.json());
}

/** Every file of the grid, fetched once. */
async function fetchAll(token) {
    let after = null;
    do {
        const { images } = await ask(listed, { after }, token);
        for (const node of images.nodes) {
            for (const { url } of Object.values(node)) {
                const response = await fetch(new URL(url, server));
                if (!response.ok) {
                    throw new Error(`A picture came with status ${response.status}.`);
                }
                await response.arrayBuffer();
            }
        }
        after = images.pageInfo.hasNextPage ? images.pageInfo.endCursor : null;
    } while (after !== null);
}

const token = await register();
let chance = 1;
for (let index = 0; index < pictures; index += 1) {
    // The same order each time, and not one that repeats: rows of the same shapes again and again are no test of a layout.
    chance = (Math.imul(chance, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    await upload(token, photos[(chance >> 16) % photos.length]);
}
await fetchAll(token);
console.log(JSON.stringify({ account, pictures }));
