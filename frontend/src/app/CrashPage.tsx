import { Button } from '@mantine/core';
import { AlertIcon } from '../ui/icons';
import { Notice } from '../ui/Notice';
import { Page } from '../ui/Page';

/** A mistake of ours. A fresh start helps more often than not. */
export function CrashPage() {
  return (
    <main id="main">
      <Page title="Something broke" hideHeading>
        <Notice
          alert
          icon={AlertIcon}
          title="Something broke on this page"
          action={
            <Button variant="default" onClick={() => location.reload()}>
              Load it again
            </Button>
          }
        >
          <p>Your pictures are safe on the server.</p>
        </Notice>
      </Page>
    </main>
  );
}
