// Looks at renditions with sharp's eyes: makes the same of the original, decodes both, and tells how far they are apart.
//
//   node compare.mjs < jobs
//
// A job is a line of JSON: the paths `original` and `rendition`, `width`, `height`, `fit` ("fill", where the size has the
// original's aspect, or "cover"), and `format` and `quality`, of which sharp makes its own too. Its answer is one as well:
// `mean` and `worst`, the absolute differences of samples (0 to 255) from sharp's pixels before they are encoded; `own`, the
// mean one of sharp's own file; or `error`.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import sharp from "sharp";

sharp.cache(false);

// The first frame, however many there are; damage is forgiven as far as the server has accepted the file.
const open = (path) => sharp(readFileSync(path), { animated: false, failOn: "none", limitInputPixels: false });

// Red, green, blue and opacity of each pixel, 8 bits each, in sRGB. The colors as strong as they show: those of transparent
// pixels are nobody's business.
async function pixels(input) {
    const { data, info } = await input
        .toColourspace("srgb")
        .ensureAlpha()
        .raw({ depth: "uchar" })
        .toBuffer({ resolveWithObject: true });
    if (info.channels !== 4) {
        throw new Error(`${info.channels} channels`);
    }
    for (let at = 0; at < data.length; at += 4) {
        const opacity = data[at + 3] / 255;
        for (let channel = 0; channel < 3; channel++) {
            data[at + channel] = Math.round(data[at + channel] * opacity);
        }
    }
    return { data, size: `${info.width} × ${info.height}` };
}

const ways = {
    // From this quality on the server keeps the colors of every pixel.
    "image/jpeg": (picture, quality) =>
        picture.jpeg({ quality, chromaSubsampling: quality < 90 ? "4:2:0" : "4:4:4" }),
    "image/png": (picture) => picture.png(),
    "image/webp": (picture, quality) => picture.webp({ quality }),
};

// Upright, in this size.
async function resized(original, width, height, fit) {
    // Every pixel counts: no short cut of the decoder.
    const options = { kernel: "lanczos3", fastShrinkOnLoad: false };
    const upright = open(original).autoOrient();
    if (fit !== "cover") {
        return upright.resize(width, height, { ...options, fit });
    }
    const { autoOrient: whole } = await open(original).metadata();
    const seen = [Math.min(whole.width, (whole.height * width) / height), Math.min(whole.height, (whole.width * height) / width)];
    if (Math.round(seen[0]) === width && Math.round(seen[1]) === height) {
        return upright.resize(width, height, { ...options, fit, position: "centre" });
    }
    // By itself sharp cuts whole pixels off the copy. Those of the original are smaller, and the middle is met better.
    const [left, top] = [Math.round((whole.width - seen[0]) / 2), Math.round((whole.height - seen[1]) / 2)];
    const part = { left, top, width: Math.round(seen[0]), height: Math.round(seen[1]) };
    return upright.extract(part).resize(width, height, { ...options, fit: "fill" });
}

function difference(one, other, channels) {
    if (one.size !== other.size) {
        throw new Error(`it is ${other.size} where ${one.size} was due`);
    }
    let [sum, worst] = [0, 0];
    for (let at = 0; at < one.data.length; at++) {
        const difference = Math.abs(one.data[at] - other.data[at]);
        sum += difference;
        worst = Math.max(worst, difference);
    }
    // The opacity of opaque pictures, which is always the same, does not make a difference smaller.
    return { mean: sum / (one.data.length / 4) / channels, worst };
}

async function compare({ original, rendition, width, height, fit, format, quality }) {
    let small = (await resized(original, width, height, fit)).toColourspace("srgb");
    if (format === "image/jpeg") {
        small = small.flatten({ background: "#ffffff" });
    }
    const exact = await small.png().toBuffer();
    const due = await pixels(sharp(exact));
    const own = await pixels(sharp(await ways[format](sharp(exact), quality).toBuffer()));
    const made = open(rendition);
    const channels = (await made.metadata()).hasAlpha ? 4 : 3;
    return { ...difference(due, await pixels(made), channels), own: difference(due, own, channels).mean };
}

for await (const line of createInterface({ input: process.stdin })) {
    const answer = await compare(JSON.parse(line)).catch((error) => ({ error: error.message }));
    console.log(JSON.stringify(answer));
}
