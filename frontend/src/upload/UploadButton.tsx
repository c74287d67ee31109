import type { ReactNode } from 'react';
import { useRef } from 'react';
import { Button } from '@mantine/core';
import { useServerInfo } from '../lib/serverInfo';
import { UploadIcon } from '../ui/icons';
import { useUploadQueue } from './UploadProvider';

interface UploadButtonProps {
  children: ReactNode;
  className?: string;
  size?: string;
}

export function UploadButton({ children, className, size = 'sm' }: UploadButtonProps) {
  const queue = useUploadQueue();
  const server = useServerInfo();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button className={className} size={size} leftSection={<UploadIcon />} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={server?.acceptedTypes.join(',') ?? 'image/*'}
        aria-label="Pictures to upload"
        onChange={({ currentTarget }) => {
          queue.add([...(currentTarget.files ?? [])]);
          // The same file may be picked again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
