import type { ReactNode } from 'react';
import { ActionIcon } from '@mantine/core';
import { BackIcon, NextIcon, PreviousIcon } from '../ui/icons';
import classes from './ImagePage.module.css';
import type { Neighbors } from './useNeighbors';

interface ToolbarProps {
  name: string;
  neighbors: Neighbors | null;
  onBack: () => void;
  onShow: (id: string | null) => void;
  children: ReactNode;
}

export function Toolbar({ name, neighbors, onBack, onShow, children }: ToolbarProps) {
  return (
    <div className={classes.toolbar}>
      <ActionIcon variant="subtle" color="gray" size={44} aria-label="Back to your pictures" onClick={onBack}>
        <BackIcon />
      </ActionIcon>
      {/* The heading says it to screen readers. */}
      <span className={classes.name} aria-hidden title={name}>
        {name}
      </span>
      {neighbors && neighbors.pictures.length > 1 && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={44}
            aria-label="Previous picture"
            disabled={!neighbors.previous}
            onClick={() => onShow(neighbors.previous)}
          >
            <PreviousIcon />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={44}
            aria-label="Next picture"
            disabled={!neighbors.next}
            onClick={() => onShow(neighbors.next)}
          >
            <NextIcon />
          </ActionIcon>
        </>
      )}
      {children}
    </div>
  );
}
