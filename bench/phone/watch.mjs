// What runs inside of the page, before anything of the page does: it notes when the list came and when each picture was painted.

/**
 * For `addInitScript`. Times are in milliseconds on the page's own clock. A picture counts as painted when the browser says so
 * (Element Timing), which for one that fades in is when it has become opaque.
 */
export function watch() {
    const painted = new WeakMap();
    const asked = [];
    const notes = { shifts: [], painted, asked };
    Object.assign(window, { phone: notes });

    new PerformanceObserver((list) => {
        // All of them, also those that a finger is taken to be the reason of.
        for (const { value, startTime, sources } of list.getEntries()) {
            const moved = sources.map(({ node, previousRect, currentRect }) => {
                const element = node instanceof Element ? node : node?.parentElement;
                return `${element?.outerHTML.slice(0, 80) ?? "?"} from ${previousRect.x},${previousRect.y} to ${currentRect.x},${currentRect.y}`;
            });
            notes.shifts.push({ value, at: Math.round(startTime), moved });
        }
    }).observe({ type: "layout-shift", buffered: true });

    new PerformanceObserver((list) => {
        for (const { element, renderTime } of list.getEntries()) if (element) painted.set(element, renderTime);
    }).observe({ type: "element", buffered: true });

    // The attribute asks for these times. It is there before the first paint: this runs when the change of the page ends.
    new MutationObserver((changes) => {
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
            if (!(node instanceof Element)) continue;
            for (const each of [node, ...node.querySelectorAll("img, [data-state] > span")]) {
                if (each.matches("img, [data-state] > span")) each.setAttribute("elementtiming", "");
            }
        }
    }).observe(document, { childList: true, subtree: true });

    const plain = window.fetch;
    window.fetch = function (input, init) {
        if (typeof init?.body === "string" && init.body.includes('"operationName":"Gallery"')) asked.push(performance.now());
        return plain.call(this, input, init);
    };
}

/** For `evaluate`: the first screen, or null until all of its pictures are painted. */
export function firstScreen() {
    const { painted, asked } = window.phone;
    const cells = [...document.querySelectorAll("[role=list] [role=listitem]")].filter((cell) => cell.getBoundingClientRect().top < innerHeight);
    const resources = performance.getEntriesByType("resource");
    // Of what was asked for with it, the list is the longest. The next page cannot be among it: no answer is so quick.
    const isAsked = ({ name, startTime }) => name.endsWith("/graphql") && startTime > asked[0] - 1 && startTime < asked[0] + 100;
    const [list] = resources.filter(isAsked).sort((one, other) => other.encodedBodySize - one.encodedBodySize);
    if (cells.length === 0 || !list) return null;

    const images = cells.map((cell) => cell.querySelector("img"));
    const isThere = (image) => image?.complete && image.naturalWidth > 0 && image.closest("[data-state]").dataset.state === "there" && painted.has(image);
    if (!images.every(isThere)) return null;

    const files = images.map((image) => resources.find(({ name }) => name === image.currentSrc));
    const since = (time) => Math.round(time - list.responseEnd);
    const placeholders = cells.map((cell) => painted.get(cell.querySelector("[data-state] > span")) ?? NaN);
    const thumbnails = images.map((image) => painted.get(image));
    const all = Math.max(...thumbnails);
    const media = resources.filter(({ name, responseEnd }) => name.includes("/media/") && responseEnd <= all);
    return {
        dataMs: Math.round(list.responseEnd),
        dataBytes: list.encodedBodySize,
        placeholdersMs: since(Math.max(...placeholders)),
        firstAskedMs: since(Math.min(...files.map(({ requestStart, startTime }) => requestStart || startTime))),
        firstArrivedMs: since(Math.min(...files.map(({ responseEnd }) => responseEnd))),
        firstThumbnailMs: since(Math.min(...thumbnails)),
        allThumbnailsMs: since(all),
        pictures: cells.length,
        mediaBytes: files.reduce((sum, { transferSize }) => sum + transferSize, 0),
        mediaBytesMeanwhile: media.reduce((sum, { transferSize }) => sum + transferSize, 0),
    };
}

/** For `evaluate`: how far the picture of this number is below the top of the screen; null while it is not even listed. */
export function placeOf(number) {
    const cell = document.querySelectorAll("[role=list] [role=listitem]")[number - 1];
    return cell ? cell.getBoundingClientRect().top : null;
}

/** For `evaluate`: whether every picture on the screen is there. */
export function screenIsThere() {
    const images = [...document.querySelectorAll("[role=list] img")].filter((image) => {
        const { top, bottom } = image.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    });
    return images.length > 0 && images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
}
