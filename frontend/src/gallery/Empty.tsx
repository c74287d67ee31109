// Nothing to show: because there is nothing yet, or because nothing matches.
import { Button } from '@mantine/core';
import { formatBytes, formatTypes } from '../lib/format';
import { useServerInfo } from '../lib/serverInfo';
import { UploadButton } from '../upload/UploadButton';
import { FilterIcon, PicturesIcon } from '../ui/icons';
import { Notice } from '../ui/Notice';
import classes from './GalleryPage.module.css';

export function EmptyLibrary() {
  const server = useServerInfo();
  return (
    <div className={classes.empty}>
      <Notice icon={PicturesIcon} title="Your library is empty" action={<UploadButton size="md">Choose pictures</UploadButton>}>
        <p>Drop pictures anywhere on this page, paste one, or choose some.</p>
        {server && (
          <p className={classes.fine}>
            {formatTypes(server.acceptedTypes)}, up to {formatBytes(server.maxUploadBytes).replace(' ', '\u00a0')} each. Only you can see them.
          </p>
        )}
      </Notice>
    </div>
  );
}

export function NoMatches({ onClear }: { onClear: () => void }) {
  return (
    <Notice
      icon={FilterIcon}
      title="No pictures match"
      action={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      <p>None of your pictures pass all of these filters. Take one away, or clear them.</p>
    </Notice>
  );
}
