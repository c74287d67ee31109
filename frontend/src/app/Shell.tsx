// The frame of the signed-in pages.
import { Link, Outlet } from '@tanstack/react-router';
import { useAccount } from '../auth/browserSession';
import { DropZone } from '../upload/DropZone';
import { UploadButton } from '../upload/UploadButton';
import { UploadPanel } from '../upload/UploadPanel';
import { UploadProvider } from '../upload/UploadProvider';
import { Mark } from '../ui/icons';
import { AccountMenu } from './AccountMenu';
import classes from './Shell.module.css';

export function Shell() {
  const account = useAccount();
  // The guard is already on its way to the login page.
  if (!account) return null;
  return (
    <UploadProvider key={account.id}>
      <header className={classes.header}>
        <Link to="/" className={classes.brand} aria-label="Image Manager, your pictures">
          <Mark />
          <span className={classes.name}>Image Manager</span>
        </Link>
        <UploadButton>Upload</UploadButton>
        <AccountMenu />
      </header>
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <UploadPanel />
      <DropZone />
    </UploadProvider>
  );
}
