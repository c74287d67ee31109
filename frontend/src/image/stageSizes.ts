// How wide the picture is on its page, as ImagePage.module.css and ImageStage.module.css lay it out: the browser chooses the
// file by it before there is a layout.

interface Size {
  width: number;
  height: number;
}

const gutters = '2 * clamp(16px, 3vw, 32px)';

export function stageSizes({ width, height }: Size): string {
  const ratio = Math.round((1e4 * width) / height) / 1e4;
  const within = (room: string, tall: string) => `min(${room}, ${width}px, ${tall} * ${ratio})`;
  const narrow = within(`100vw - ${gutters}`, '72vh');
  // Beside the words (390 px) and the gap; below the header (60 px) and the toolbar.
  const wide = within(`100vw - ${gutters} - 390px - clamp(24px, 3vw, 48px)`, '(100vh - 180px)');
  return `(max-width: 62em) ${narrow}, ${wide}`;
}
