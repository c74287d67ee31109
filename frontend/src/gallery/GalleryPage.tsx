// The library, newest first unless asked otherwise.
import { useMemo } from 'react';
import { Button, NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { problemOf } from '../lib/problem';
import { useServerInfo } from '../lib/serverInfo';
import { formatBytes, formatTypes, plural } from '../lib/format';
import { UploadButton } from '../upload/UploadButton';
import { ErrorBanner } from '../ui/ErrorBanner';
import { PicturesIcon } from '../ui/icons';
import { Notice, ProblemNotice } from '../ui/Notice';
import { Page } from '../ui/Page';
import { PlaceholderGrid } from '../ui/Placeholder';
import classes from './GalleryPage.module.css';
import { ImageGrid } from './ImageGrid';
import { LoadMore } from './LoadMore';
import { GalleryCountQuery } from './operations';
import type { OrderName } from './order';
import { defaultOrder, orders, parseOrder } from './order';
import { SelectionBar } from './SelectionBar';
import { useGallery } from './useGallery';
import { useSelection } from './useSelection';

export function GalleryPage() {
  const { order = defaultOrder } = useSearch({ from: '/library/' });
  return <Gallery key={order} order={order} />;
}

function Gallery({ order }: { order: OrderName }) {
  const { images, error, fetching, end, loadMore, retry } = useGallery(order);
  const [{ data: counted }] = useQuery({ query: GalleryCountQuery });
  const ids = useMemo(() => images?.map(({ id }) => id) ?? [], [images]);
  const selection = useSelection(ids);
  const total = counted?.images.totalCount;
  const empty = images?.length === 0 && end === null;

  return (
    <Page
      title="Pictures"
      heading={
        <>
          Pictures {!empty && <span className={classes.count}>{total === undefined ? '' : total.toLocaleString('en-US')}</span>}
        </>
      }
      aside={images && !empty && <Tools order={order} onSelect={selection.begin} selecting={selection.active} />}
    >
      {images === null ? (
        error && !fetching ? (
          <ProblemNotice problem={problemOf(error)} onRetry={retry} busy={fetching} />
        ) : (
          <PlaceholderGrid label="Loading your pictures" />
        )
      ) : empty ? (
        <EmptyLibrary />
      ) : (
        <div className={classes.grid}>
          <ImageGrid images={images} search={parseOrder({ order })} selection={selection} />
          {error && (
            <ErrorBanner
              title={problemOf(error).title}
              action={
                <Button variant="default" size="sm" mih={44} onClick={retry}>
                  Try again
                </Button>
              }
            >
              The rest of your pictures could not be loaded.
            </ErrorBanner>
          )}
          {end !== null && !error && <LoadMore key={end} onNear={loadMore} />}
          <p className={classes.end} aria-live="polite">
            {end !== null ? (fetching ? 'Loading more pictures…' : '') : `That is all: ${plural(images.length, 'picture')}.`}
          </p>
        </div>
      )}
      {selection.active && <SelectionBar selection={selection} loaded={images?.length ?? 0} />}
    </Page>
  );
}

interface ToolsProps {
  order: OrderName;
  selecting: boolean;
  onSelect: () => void;
}

function Tools({ order, selecting, onSelect }: ToolsProps) {
  const navigate = useNavigate();
  return (
    <div className={classes.tools}>
      <Button variant="default" size="sm" h={44} onClick={onSelect} disabled={selecting}>
        Select
      </Button>
      <NativeSelect
        aria-label="Order"
        size="sm"
        styles={{ input: { height: 44 } }}
        value={order}
        data={Object.entries(orders).map(([value, { label }]) => ({ value, label }))}
        onChange={(event) =>
          void navigate({ to: '/', search: parseOrder({ order: event.currentTarget.value }), replace: true, resetScroll: true })
        }
      />
    </div>
  );
}

function EmptyLibrary() {
  const server = useServerInfo();
  return (
    <div className={classes.empty}>
      <Notice
        icon={PicturesIcon}
        title="Your library is empty"
        action={<UploadButton size="md">Choose pictures</UploadButton>}
      >
        <p>Drop pictures anywhere on this page, paste one, or choose some.</p>
        {server && (
          <p className={classes.fine}>
            {formatTypes(server.acceptedTypes)}, up to {formatBytes(server.maxUploadBytes)} each. Only you can see them.
          </p>
        )}
      </Notice>
    </div>
  );
}
