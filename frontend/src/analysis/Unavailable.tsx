import classes from './AnalysisPanel.module.css';

/** No provider is configured. Whoever runs the server learns what to set. */
export function Unavailable() {
  return (
    <div className={classes.unavailable}>
      <h3 className={classes.label}>Descriptions are off</h3>
      <p>
        This server has no AI service to ask. To turn descriptions on, set one of these where it runs, then restart it:
      </p>
      <ul>
        <li>
          <code>OPENAI_API_KEY</code> for OpenAI
        </li>
        <li>
          <code>GEMINI_API_KEY</code> for Google Gemini
        </li>
        <li>
          <code>OPENAI_BASE_URL</code> for any OpenAI-compatible server, such as a model of your own
        </li>
      </ul>
    </div>
  );
}
