// Makes renditions by sharp for the bench, one after the other, in one thread:
//
//   node make.mjs FILE WAY QUALITY WIDTHxHEIGHT...
//
// A line on the standard input is either a number, so many times are all sizes made and the CPU time of this process
// meanwhile is printed, in nanoseconds; or the beginning of paths to which one of each size is written.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

import sharp from "sharp";

const [file, way, quality, ...sizes] = process.argv.slice(2);
const original = readFileSync(file);
const boxes = sizes.map((size) => size.split("x").map(Number));

sharp.concurrency(1);
sharp.cache(false);

// Nothing is cropped or distorted by `fill`: the sizes have the original's aspect.
const jpeg = (input, [width, height]) => input.resize(width, height, { fit: "fill" }).jpeg({ quality: Number(quality) });

const ways = {
    // A pipeline for each size, which decodes at the scale that is best for it.
    async separate() {
        const made = [];
        for (const box of boxes) {
            made.push(await jpeg(sharp(original).autoOrient(), box).toBuffer());
        }
        return made;
    },
    // As its documentation has it: one input, and a clone of it for each size.
    async clone() {
        const input = sharp(original).autoOrient();
        return Promise.all(boxes.map((box) => jpeg(input.clone(), box).toBuffer()));
    },
    // The largest of the original, the others of its pixels.
    async cascade() {
        const [[width, height]] = boxes;
        const large = sharp(original).autoOrient().resize(width, height, { fit: "fill" });
        const { data, info } = await large.raw().toBuffer({ resolveWithObject: true });
        const raw = { width: info.width, height: info.height, channels: info.channels };
        const made = [];
        for (const [index, box] of boxes.entries()) {
            const input = sharp(data, { raw });
            made.push(await (index === 0 ? input.jpeg({ quality: Number(quality) }) : jpeg(input, box)).toBuffer());
        }
        return made;
    },
    // What the others are compared with: every pixel decoded, and nothing lost on the way out.
    async reference() {
        const made = [];
        for (const [width, height] of boxes) {
            const options = { fit: "fill", kernel: "lanczos3", fastShrinkOnLoad: false };
            made.push(await sharp(original).autoOrient().resize(width, height, options).png().toBuffer());
        }
        return made;
    },
};
const make = ways[way];

for await (const line of createInterface({ input: process.stdin })) {
    const times = Number(line);
    if (Number.isNaN(times)) {
        (await make()).forEach((bytes, index) => writeFileSync(`${line}${index}`, bytes));
        console.log(0);
    } else {
        const before = process.cpuUsage();
        for (let time = 0; time < times; time++) {
            await make();
        }
        const { user, system } = process.cpuUsage(before);
        console.log((user + system) * 1000);
    }
}
