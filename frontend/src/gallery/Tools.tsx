// Choosing, narrowing down and ordering the pictures.
import { Button, NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { FilterSearch, GallerySearch } from './filter';
import { parseFilter, parseGallerySearch } from './filter';
import { FilterButton } from './FilterButton';
import classes from './GalleryPage.module.css';
import { defaultOrder, orders } from './order';
import type { Selection } from './useSelection';

interface ToolsProps {
  search: GallerySearch;
  /** How many pictures the filter lets pass. */
  total: number | undefined;
  /** Null where there is nothing to choose. */
  selection: Selection | null;
  onFilter: (filter: FilterSearch) => void;
}

export function Tools({ search, total, selection, onFilter }: ToolsProps) {
  const navigate = useNavigate();
  return (
    <div className={classes.tools}>
      <Button variant="default" size="sm" h={44} onClick={selection?.begin} disabled={selection === null || selection.active}>
        Select
      </Button>
      <FilterButton filter={parseFilter({ ...search })} total={total} onChange={onFilter} />
      <NativeSelect
        aria-label="Order"
        size="sm"
        styles={{ input: { height: 44 } }}
        value={search.order ?? defaultOrder}
        data={Object.entries(orders).map(([value, { label }]) => ({ value, label }))}
        onChange={(event) =>
          void navigate({ to: '/', search: parseGallerySearch({ ...search, order: event.currentTarget.value }), replace: true, resetScroll: true })
        }
      />
    </div>
  );
}
