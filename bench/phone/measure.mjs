// The grid on a slow phone with a slow network, in Chromium. See README.md beside it; each run is a line of JSON.
import { createRequire } from "node:module";

import { account, headers, loginBody, pictures, server, setting } from "./api.mjs";
import { firstScreen, placeOf, screenIsThere, watch } from "./watch.mjs";

const { chromium } = createRequire(new URL("../../frontend/package.json", import.meta.url))("@playwright/test");

const runs = Number(setting("RUNS", "5"));
const codes = setting("CODE", "cold").split(",");

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: Number(setting("SCALE", "2")), isMobile: true, hasTouch: true };
/** Lighthouse's "slow 4G", in bytes a second and milliseconds, and its slower processor. */
const network = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const slowdown = 4;

const patience = { timeout: 60_000, polling: 100 };

/** Somebody who is signed in comes, and has none of the pictures yet; `cold`: nor the client's code. */
async function visit(browser, code) {
    const context = await browser.newContext({ ...phone, locale: "en-US" });
    try {
        const page = await context.newPage();
        if (code === "warm") {
            // Signed out, it shows no picture.
            await page.goto(`${server}/login`, { waitUntil: "networkidle" });
        }
        const login = await context.request.post(`${server}/graphql`, { headers: { ...headers, origin: server }, data: loginBody });
        const { data } = await login.json();
        if (!data?.login.session) {
            throw new Error(`${account} cannot log in: ${await login.text()}`);
        }

        await page.addInitScript(watch);
        const session = await context.newCDPSession(page);
        await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
        await session.send("Network.enable");
        await session.send("Network.emulateNetworkConditions", network);
        await page.goto(server);
        const first = await (await page.waitForFunction(firstScreen, undefined, patience)).jsonValue();
        if (first.mediaBytes === 0) {
            throw new Error("The pictures are on another origin, which tells no sizes: BASE_URL must be the server's PUBLIC_URL.");
        }
        const lastScreenMs = await scroll(page, session);
        const shifts = await page.evaluate(() => window.phone.shifts);
        return { code, layoutShift: shifts.reduce((sum, { value }) => sum + value, 0), ...first, lastScreenMs, shifts };
    } finally {
        await context.close();
    }
}

/** With a finger, until the last picture is on the screen and there; how long that took once it was on the screen. */
async function scroll(page, session) {
    for (let swipes = 0; ; swipes += 1) {
        const place = await page.evaluate(placeOf, pictures);
        if (place !== null && place < phone.viewport.height - 50) {
            break;
        }
        if (swipes > 300) {
            throw new Error(`The list has no ${pictures} pictures.`);
        }
        await swipe(session);
    }
    const from = performance.now();
    await page.waitForFunction(screenIsThere, undefined, patience);
    return Math.round(performance.now() - from);
}

/** From below to above, and let go while it moves. */
async function swipe(session) {
    const send = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
    await send("touchStart", [{ x: 195, y: 720 }]);
    for (let y = 690; y >= 120; y -= 30) {
        await send("touchMove", [{ x: 195, y }]);
    }
    await send("touchEnd", []);
}

const browser = await chromium.launch({ executablePath: setting("CHROMIUM", "/usr/bin/chromium"), args: ["--no-sandbox"] });
try {
    for (let run = 0; run < runs; run += 1) {
        for (const code of codes) {
            console.log(JSON.stringify(await visit(browser, code)));
        }
    }
} finally {
    await browser.close();
}
