// The way to the filters: a panel beside the button, a sheet from below on phones.
import { useState } from 'react';
import { Button, Drawer, Popover } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { plural } from '../lib/format';
import { useServerInfo } from '../lib/serverInfo';
import { FilterIcon } from '../ui/icons';
import type { FilterSearch } from './filter';
import { choicesOf } from './filter';
import classes from './FilterButton.module.css';
import { FilterForm } from './FilterForm';

interface FilterButtonProps {
  filter: FilterSearch;
  /** How many pictures there are with this filter; undefined until it is known. */
  total: number | undefined;
  onChange: (filter: FilterSearch) => void;
}

export function FilterButton({ filter, total, onChange }: FilterButtonProps) {
  const [opened, setOpened] = useState(false);
  const onPhone = useMediaQuery('(max-width: 36em)', false, { getInitialValueInEffect: false });
  const server = useServerInfo();
  const count = choicesOf(filter).length;
  const close = () => setOpened(false);

  const button = (
    <Button
      variant="default"
      size="sm"
      h={44}
      leftSection={<FilterIcon />}
      aria-haspopup="dialog"
      aria-expanded={opened}
      aria-label={count === 0 ? 'Filter' : `Filter, ${count} active`}
      onClick={() => setOpened(!opened)}
    >
      Filter
      {count > 0 && <span className={classes.badge}>{count}</span>}
    </Button>
  );
  const form = <FilterForm filter={filter} onChange={onChange} analysis={server?.analysis != null} />;
  const end = (
    <div className={classes.end}>
      <Button variant="subtle" color="gray" size="sm" h={44} disabled={count === 0} onClick={() => onChange({})}>
        Clear filters
      </Button>
      <Button size="sm" h={44} onClick={close}>
        {total === undefined ? 'Show pictures' : `Show ${plural(total, 'picture')}`}
      </Button>
    </div>
  );

  if (onPhone) {
    return (
      <>
        {button}
        <Drawer.Root opened={opened} onClose={close} position="bottom">
          <Drawer.Overlay />
          <Drawer.Content className={classes.sheet}>
            {/* Not Drawer.Header: its <header> would be a second banner of the page. */}
            <div className={classes.sheetHead}>
              <Drawer.Title className={classes.title}>Filter</Drawer.Title>
              <Drawer.CloseButton aria-label="Close" size={44} iconSize={20} />
            </div>
            <Drawer.Body className={classes.sheetBody}>
              {form}
              {end}
            </Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      </>
    );
  }
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      offset={6}
      width={400}
      trapFocus
      returnFocus
      withinPortal={false}
      classNames={{ dropdown: classes.panel }}
    >
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown aria-label="Filter">
        <div className={classes.scroll}>{form}</div>
        {end}
      </Popover.Dropdown>
    </Popover>
  );
}
