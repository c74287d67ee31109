// What the file and its camera say.
import { Button } from '@mantine/core';
import { TakenField } from '../edit/TakenField';
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';
import type { ImageFacts_ImageFragment } from '../gql/graphql';
import { formatBytes, formatDate, formatType } from '../lib/format';
import { takenWords } from '../lib/taken';
import { CopyButton } from '../ui/CopyButton';
import { DownloadIcon } from '../ui/icons';
import { coordinates, exposureWords, mapUrl } from './camera';
import classes from './ImageFacts.module.css';

export const ImageFactsFragment = graphql(`
  fragment ImageFacts_image on Image {
    id
    filename
    contentType
    animated
    byteSize
    width
    height
    sha256
    uploadedAt
    takenAt
    palette {
      hex
      share
    }
    exif {
      camera
      lens
      focalLength
      aperture
      exposure
      iso
      takenAtLocal
      utcOffset
      location {
        latitude
        longitude
      }
    }
    original(download: true) {
      url
    }
  }
`);

export function ImageFacts({ image }: { image: FragmentType<typeof ImageFactsFragment> }) {
  const facts = readFragment(ImageFactsFragment, image);
  const { exif } = facts;
  const settings = exif ? exposureWords(exif) : '';
  return (
    <section aria-labelledby="facts" className={classes.facts}>
      <h2 id="facts" className={classes.title}>
        Facts
      </h2>
      <dl className={classes.list}>
        <Fact name="File">{facts.filename}</Fact>
        <Fact name="Type">
          {formatType(facts.contentType)}
          {facts.animated && <span className={classes.badge}>Animated</span>}
        </Fact>
        <Fact name="Dimensions">
          {facts.width.toLocaleString('en-US')} × {facts.height.toLocaleString('en-US')} px
        </Fact>
        <Fact name="Size">
          <span title={`${facts.byteSize.toLocaleString('en-US')} bytes`}>{formatBytes(facts.byteSize)}</span>
        </Fact>
        <Fact name="Taken">
          <TakenField key={facts.id} id={facts.id} takenAt={facts.takenAt} words={takenWords(facts)} fileKnows={exif?.takenAtLocal != null} />
        </Fact>
        <Fact name="Uploaded">
          <time dateTime={facts.uploadedAt}>{formatDate(facts.uploadedAt)}</time>
        </Fact>
        {exif?.camera && <Fact name="Camera">{exif.camera}</Fact>}
        {exif?.lens && <Fact name="Lens">{exif.lens}</Fact>}
        {settings && <Fact name="Exposure">{settings}</Fact>}
        {exif?.location && (
          <Fact name="Place">
            <span className={classes.place}>
              {coordinates(exif.location)}
              {/* Only on a click: the map would learn where the picture was taken. */}
              <a href={mapUrl(exif.location)} target="_blank" rel="noreferrer" aria-label="Show the place on OpenStreetMap (new tab)">
                Show on OpenStreetMap
              </a>
            </span>
          </Fact>
        )}
        {facts.palette.length > 0 && (
          <Fact name="Colors">
            <Palette colors={facts.palette} />
          </Fact>
        )}
        <Fact name="SHA-256">
          <span className={classes.digest}>
            <code title={facts.sha256}>
              {facts.sha256.slice(0, 8)}…{facts.sha256.slice(-8)}
            </code>
            <CopyButton value={facts.sha256} what="SHA-256" />
          </span>
        </Fact>
      </dl>
      <Button component="a" href={facts.original.url} download={facts.filename} variant="default" leftSection={<DownloadIcon />}>
        Download original
      </Button>
    </section>
  );
}

function Palette({ colors }: { colors: ImageFacts_ImageFragment['palette'] }) {
  return (
    <ul className={classes.palette}>
      {colors.map(({ hex, share }, index) => {
        const name = `${hex}, ${Math.round(share * 100)} %`;
        return (
          <li key={index} title={name} className={classes.swatch} style={{ background: hex }}>
            <span className={classes.colorName}>{name}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
