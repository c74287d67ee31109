import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { announce } from './announcer';
import classes from './CopyButton.module.css';
import { CheckIcon, CopyIcon } from './icons';

interface CopyButtonProps {
  value: string;
  /** What gets copied: "alt text". */
  what: string;
}

export function CopyButton({ value, what }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      className={classes.button}
      leftSection={clipboard.copied ? <CheckIcon width={16} /> : <CopyIcon width={16} />}
      aria-label={`Copy ${what}`}
      onClick={() => {
        clipboard.copy(value);
        announce(`Copied the ${what}.`);
      }}
    >
      {clipboard.copied ? 'Copied' : 'Copy'}
    </Button>
  );
}
