package dev.embedctl.pipeline;

/** The limit of failed texts at which a run that collects them ends. */
public sealed interface ErrorLimit {

  /** Whether these numbers of failed and of all texts exceed it. */
  boolean isExceeded(long failed, long judged);

  /** A number of texts. */
  record Count(long most) implements ErrorLimit {
    public Count {
      if (most < 0) {
        throw new IllegalArgumentException("most: " + most);
      }
    }

    @Override
    public boolean isExceeded(long failed, long judged) {
      return failed > most;
    }

    @Override
    public String toString() {
      return Long.toString(most);
    }
  }

  /** A percentage of the texts, once there are enough of them. */
  record Percent(double most) implements ErrorLimit {
    /** Below this number of texts a percentage proves nothing. */
    static final long ENOUGH = 100;

    public Percent {
      if (!(most >= 0 && most <= 100)) {
        throw new IllegalArgumentException("most: " + most);
      }
    }

    @Override
    public boolean isExceeded(long failed, long judged) {
      return judged >= ENOUGH && failed * 100.0 > most * judged;
    }

    @Override
    public String toString() {
      return (most == Math.rint(most) ? Long.toString((long) most) : Double.toString(most)) + "%";
    }
  }
}
