import { Button } from '@mantine/core';
import type { FragmentType } from '../gql';
import { graphql, readFragment } from '../gql';
import { formatBytes, formatDate, formatType } from '../lib/format';
import { CopyButton } from '../ui/CopyButton';
import { DownloadIcon } from '../ui/icons';
import classes from './ImageFacts.module.css';

export const ImageFactsFragment = graphql(`
  fragment ImageFacts_image on Image {
    id
    filename
    title
    contentType
    byteSize
    width
    height
    sha256
    uploadedAt
    original(download: true) {
      url
    }
  }
`);

export function ImageFacts({ image }: { image: FragmentType<typeof ImageFactsFragment> }) {
  const facts = readFragment(ImageFactsFragment, image);
  return (
    <section aria-labelledby="facts" className={classes.facts}>
      <h2 id="facts" className={classes.title}>
        Facts
      </h2>
      <dl className={classes.list}>
        {facts.title && <Fact name="Title">{facts.title}</Fact>}
        <Fact name="File">{facts.filename}</Fact>
        <Fact name="Type">{formatType(facts.contentType)}</Fact>
        <Fact name="Dimensions">
          {facts.width.toLocaleString('en-US')} × {facts.height.toLocaleString('en-US')} px
        </Fact>
        <Fact name="Size">
          <span title={`${facts.byteSize.toLocaleString('en-US')} bytes`}>{formatBytes(facts.byteSize)}</span>
        </Fact>
        <Fact name="Uploaded">
          <time dateTime={facts.uploadedAt}>{formatDate(facts.uploadedAt)}</time>
        </Fact>
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

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
