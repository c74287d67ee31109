import type { MantineColorScheme } from '@mantine/core';
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { logout, useAccount } from '../auth/browserSession';
import { problemOf } from '../lib/problem';
import { notify } from '../ui/announcer';
import { CodeIcon, LeaveIcon, MoonIcon, PersonIcon, SunIcon, SystemIcon } from '../ui/icons';
import classes from './AccountMenu.module.css';
import { StorageLine } from './StorageLine';

const schemes = [
  { value: 'light', label: 'Light', icon: SunIcon },
  { value: 'dark', label: 'Dark', icon: MoonIcon },
  { value: 'auto', label: 'As the system', icon: SystemIcon },
] as const;

/** The operator can turn it off; the server then says so on the page. */
const hasGraphiQL = () => document.documentElement.dataset['graphiql'] !== 'off';

export function AccountMenu() {
  const account = useAccount();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (!account) return null;

  async function leave() {
    try {
      await logout();
    } catch (error) {
      const { title } = problemOf(error);
      notify(`You are still logged in. ${title}.`, 'error');
    }
  }

  return (
    <Menu
      position="bottom-end"
      width={240}
      offset={6}
      // Inside the header, so that it is part of a landmark.
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      classNames={{ item: classes.item, dropdown: classes.dropdown }}>
      <Menu.Target>
        <ActionIcon variant="default" size={44} radius="xl" aria-label={`Account: ${account.username}`}>
          <PersonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={classes.who}>
          <strong>{account.username}</strong>
          <span>{account.email}</span>
          <StorageLine />
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        {hasGraphiQL() && (
          <Menu.Item component="a" href="/graphiql" leftSection={<CodeIcon />}>
            GraphQL API
          </Menu.Item>
        )}
        <Menu.Item leftSection={<LeaveIcon />} onClick={() => void leave()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
