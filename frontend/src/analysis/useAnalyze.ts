import { useState } from 'react';
import { useMutation } from 'urql';
import { problemOf } from '../lib/problem';
import type { FormErrors } from '../lib/userErrors';
import { formErrors, hasErrors } from '../lib/userErrors';
import { AnalyzeImageMutation } from './operations';

export interface Question {
  prompt: string | null;
  language: string | null;
}

const fields = ['prompt', 'language'] as const;
type Errors = FormErrors<(typeof fields)[number]>;
const none: Errors = { fields: {}, form: [] };

export interface Analyze {
  busy: boolean;
  errors: Errors;
  /** True when the question was taken. */
  ask: (question: Question) => Promise<boolean>;
}

export function useAnalyze(imageId: string): Analyze {
  const [{ fetching }, send] = useMutation(AnalyzeImageMutation);
  const [errors, setErrors] = useState(none);

  async function ask({ prompt, language }: Question): Promise<boolean> {
    setErrors(none);
    // Left out, not null: the server then takes the account's language and its standing questions.
    const options = { ...(prompt ? { prompt } : {}), ...(language ? { language } : {}) };
    const { data, error } = await send({ input: { imageId, options } });
    if (!data) {
      const { title, message } = problemOf(error);
      setErrors({ fields: {}, form: [`${title}. ${message}`] });
      return false;
    }
    const found = formErrors(data.analyzeImage.errors, fields, ['input', 'options']);
    setErrors(found);
    return !hasErrors(found);
  }

  return { busy: fetching, errors, ask };
}
