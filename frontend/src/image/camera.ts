// How photographers write what a camera was set to, and where it stood.

interface Settings {
  focalLength: number | null;
  aperture: number | null;
  exposure: string | null;
  iso: number | null;
}

/** "50 mm · f/1.8 · 1/250 s · ISO 100", as far as it is known. */
export function exposureWords({ focalLength, aperture, exposure, iso }: Settings): string {
  const short = (value: number) => String(Math.round(value * 10) / 10);
  return [
    focalLength === null ? null : `${short(focalLength)} mm`,
    aperture === null ? null : `f/${short(aperture)}`,
    exposure === null ? null : `${exposure} s`,
    iso === null ? null : `ISO ${iso}`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

interface Place {
  latitude: number;
  longitude: number;
}

/** "48.85837° N, 2.29448° E": five digits are about a meter. */
export function coordinates({ latitude, longitude }: Place): string {
  const north = `${Math.abs(latitude).toFixed(5)}° ${latitude < 0 ? 'S' : 'N'}`;
  return `${north}, ${Math.abs(longitude).toFixed(5)}° ${longitude < 0 ? 'W' : 'E'}`;
}

export function mapUrl({ latitude, longitude }: Place): string {
  const [lat, lon] = [latitude.toFixed(6), longitude.toFixed(6)];
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=15/${lat}/${lon}`;
}
