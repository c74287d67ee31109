import { Outlet } from '@tanstack/react-router';
import { Announcer } from '../ui/announcer';
import classes from './Root.module.css';

export function Root() {
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <Outlet />
      <Announcer />
    </>
  );
}
