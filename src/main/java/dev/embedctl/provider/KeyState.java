package dev.embedctl.provider;

/** Whether the environment has the key of a provider. */
public enum KeyState {
  SET,
  MISSING,
  NOT_NEEDED
}
