// Looks at renditions with sharp's eyes: makes the same of the original, decodes both, and tells how far they are apart.
//
//   node compare.mjs < jobs
//
// A job is a line of JSON: the paths `original` and `rendition`, `width`, `height`, `fit` ("fill", where the size has the
// original's aspect, or "cover"), and `format`, of which sharp makes its own too. Its answer is one as well: `mean` and
// `worst`, the absolute differences of samples (0 to 255), or `error`.
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

// About the server's qualities, so that both lose about the same.
const ways = {
    "image/jpeg": (picture) => picture.flatten({ background: "#ffffff" }).jpeg({ quality: 82 }),
    "image/png": (picture) => picture.png(),
    "image/webp": (picture) => picture.webp({ quality: 80 }),
};

async function compare({ original, rendition, width, height, fit, format }) {
    // Every pixel counts: no short cut of the decoder.
    const small = open(original)
        .autoOrient()
        .resize(width, height, { fit, position: "centre", kernel: "lanczos3", fastShrinkOnLoad: false })
        .toColourspace("srgb");
    const due = sharp(await ways[format](small).toBuffer());
    const made = open(rendition);
    const { hasAlpha } = await made.metadata();
    const [one, other] = [await pixels(due), await pixels(made)];
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
    const mean = sum / (one.data.length / 4) / (hasAlpha ? 4 : 3);
    return { mean, worst };
}

for await (const line of createInterface({ input: process.stdin })) {
    const answer = await compare(JSON.parse(line)).catch((error) => ({ error: error.message }));
    console.log(JSON.stringify(answer));
}
