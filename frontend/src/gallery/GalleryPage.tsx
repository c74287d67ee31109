// The library, newest first unless asked otherwise, whole or narrowed down.
import { useMemo } from 'react';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { plural } from '../lib/format';
import { problemOf } from '../lib/problem';
import { useChange } from '../lib/useChange';
import { announce } from '../ui/announcer';
import { ErrorBanner } from '../ui/ErrorBanner';
import { ProblemNotice } from '../ui/Notice';
import { Page } from '../ui/Page';
import { PlaceholderGrid } from '../ui/Placeholder';
import { ActiveFilters } from './ActiveFilters';
import { EmptyLibrary, NoMatches } from './Empty';
import type { FilterSearch } from './filter';
import { parseFilter, parseGallerySearch, toImageFilter } from './filter';
import classes from './GalleryPage.module.css';
import { ImageGrid } from './ImageGrid';
import { LoadMore } from './LoadMore';
import { GalleryCountQuery } from './operations';
import { SelectionBar } from './SelectionBar';
import { Tools } from './Tools';
import { useGallery } from './useGallery';
import { useGallerySearch } from './useGallerySearch';
import { useSelection } from './useSelection';

export function GalleryPage() {
  const search = useGallerySearch();
  const navigate = useNavigate();
  const filter = useMemo(() => parseFilter({ ...search }), [search]);
  const imageFilter = toImageFilter(filter);
  const { images, error, fetching, outdated, end, loadMore, retry } = useGallery(search);
  const [{ data: counted, fetching: counting }] = useQuery({ query: GalleryCountQuery, variables: imageFilter ? { filter: imageFilter } : {} });
  const total = counting && outdated ? undefined : counted?.images.totalCount;
  const ids = useMemo(() => images?.map(({ id }) => id) ?? [], [images]);
  const selection = useSelection(ids);
  // What is chosen is chosen of what one sees.
  useChange(JSON.stringify(search), selection.clear);

  // Heard as well: what is written below the pictures is another paragraph each time.
  useChange(end, (now, before) => {
    if (now === null && before !== null && images) announce(`All ${plural(images.length, 'picture')} are listed.`);
  });

  const isEmpty = images?.length === 0 && end === null && !outdated;
  const nothing = isEmpty && imageFilter === undefined;

  function change(next: FilterSearch) {
    void navigate({ to: '/', search: parseGallerySearch({ order: search.order, ...next }), resetScroll: true });
  }

  return (
    <Page
      title="Pictures"
      heading={
        <>
          Pictures {!nothing && <span className={classes.count}>{total === undefined ? '' : total.toLocaleString('en-US')}</span>}
        </>
      }
      aside={
        !images ? (
          <div className={classes.tools} />
        ) : (
          !nothing && <Tools search={search} total={total} selection={isEmpty ? null : selection} onFilter={change} />
        )
      }
    >
      <ActiveFilters filter={filter} onChange={change} />
      {images === null ? (
        error && !fetching ? (
          <ProblemNotice problem={problemOf(error)} onRetry={retry} busy={fetching} />
        ) : (
          <PlaceholderGrid label="Loading your pictures" />
        )
      ) : nothing ? (
        <EmptyLibrary />
      ) : isEmpty ? (
        <NoMatches onClear={() => change({})} />
      ) : (
        <div className={classes.grid} data-outdated={outdated} aria-busy={outdated}>
          <ImageGrid images={images} search={search} selection={selection} />
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
          {end !== null && !error && !outdated && <LoadMore key={end} onNear={loadMore} />}
          {/* Another one for each end: the same one would be seen jumping away from under the pictures that come. */}
          <p key={`below ${end}`} className={classes.end}>
            {end !== null ? (fetching ? 'Loading more pictures…' : '') : `That is all: ${plural(images.length, 'picture')}.`}
          </p>
        </div>
      )}
      {selection.active && <SelectionBar selection={selection} loaded={images?.length ?? 0} />}
    </Page>
  );
}
