package dev.embedctl.provider.local;

/** Where a model's folder came from. */
public enum ModelOrigin {
  /** From the build, so the hash that it stored beside the model is trusted. */
  INSTALLED,
  /** From the user, who may change it, so the model is hashed in each run. */
  USERS_OWN
}
