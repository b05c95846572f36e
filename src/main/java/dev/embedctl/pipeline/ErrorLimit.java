package dev.embedctl.pipeline;

/** How many texts may fail before a run ends that collects them. */
public sealed interface ErrorLimit {

  /** Whether it is exceeded when so many texts of so many failed. */
  boolean isExceeded(long failed, long judged);

  /** So many texts. */
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

  /** So many texts of a hundred, once there are enough to tell. */
  record Percent(double most) implements ErrorLimit {
    /** The first texts of a run are too few to say what it will be like. */
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
