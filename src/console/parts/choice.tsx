type ChoiceProps<K extends string> = {
  label: string;
  options: Readonly<Record<K, string>>;
  value: K;
  onChoose(key: NoInfer<K>): void;
};

/** A few options of which one holds. */
export function Choice<K extends string>({ label, options, value, onChoose }: ChoiceProps<K>) {
  return (
    <fieldset className="choice">
      <legend className="unseen">{label}</legend>
      {keysOf(options).map((key) => (
        <button type="button" key={key} aria-pressed={key === value} onClick={() => onChoose(key)}>
          {options[key]}
        </button>
      ))}
    </fieldset>
  );
}

function keysOf<K extends string>(options: Readonly<Record<K, string>>): K[] {
  const keys: K[] = [];
  for (const key in options) keys.push(key);
  return keys;
}
