package dev.embedctl.provider;

/** Remembers from run to run that a server's encoded vectors are the model's. */
public interface EncodingMemory {
  /** Whether they were found to be, in this run or before. */
  boolean isConfirmed();

  /** They were found to be. */
  void confirm();

  /** Remembers nothing. */
  static EncodingMemory none() {
    return new EncodingMemory() {
      @Override
      public boolean isConfirmed() {
        return false;
      }

      @Override
      public void confirm() {
        // It is found out again each time.
      }
    };
  }
}
