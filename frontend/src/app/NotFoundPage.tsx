import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PicturesIcon } from '../ui/icons';
import { Notice } from '../ui/Notice';
import { Page } from '../ui/Page';

export function NotFoundPage() {
  return (
    <main id="main">
      <Page title="Not found" hideHeading>
        <Notice
          icon={PicturesIcon}
          title="Nothing lives at this address"
          action={
            <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
              To your pictures
            </Button>
          }
        >
          <p>The page may have moved, or the address is not quite right.</p>
        </Notice>
      </Page>
    </main>
  );
}
