package dev.embedctl.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** How a server may limit its callers, in simulated seconds. */
public interface SimulatedServer {

  /** A call arrives; empty where it is admitted, else the seconds until another would be. */
  OptionalDouble arrives(double now);

  /** Calls that may still be sent now; where the server does not count, none. */
  default int left(double now) {
    return 0;
  }

  /** A call that was admitted is answered. */
  default void answered() {}

  /** So many calls a second on average, and so many at once. */
  static SimulatedServer bucket(double rate, double burst) {
    return new SimulatedServer() {
      private double tokens = burst;
      private double last;

      @Override
      public OptionalDouble arrives(double now) {
        tokens = Math.min(burst, tokens + (now - last) * rate);
        last = now;
        if (tokens >= 1) {
          tokens--;
          return OptionalDouble.empty();
        }
        return OptionalDouble.of((1 - tokens) / rate);
      }

      @Override
      public int left(double now) {
        return (int) Math.min(burst, tokens + (now - last) * rate);
      }
    };
  }

  /** So many calls in each window of so many seconds. */
  static SimulatedServer fixedWindow(int calls, double seconds) {
    return new SimulatedServer() {
      private long window = -1;
      private int admitted;

      @Override
      public OptionalDouble arrives(double now) {
        long current = (long) (now / seconds);
        if (current != window) {
          window = current;
          admitted = 0;
        }
        if (admitted < calls) {
          admitted++;
          return OptionalDouble.empty();
        }
        return OptionalDouble.of((current + 1) * seconds - now);
      }

      @Override
      public int left(double now) {
        return (long) (now / seconds) == window ? calls - admitted : calls;
      }
    };
  }

  /** So many calls in any window of so many seconds. */
  static SimulatedServer slidingWindow(int calls, double seconds) {
    return new SimulatedServer() {
      private final Deque<Double> admitted = new ArrayDeque<>();

      @Override
      public OptionalDouble arrives(double now) {
        if (left(now) > 0) {
          admitted.add(now);
          return OptionalDouble.empty();
        }
        return OptionalDouble.of(admitted.peek() + seconds - now);
      }

      @Override
      public int left(double now) {
        while (!admitted.isEmpty() && admitted.peek() <= now - seconds) {
          admitted.poll();
        }
        return calls - admitted.size();
      }
    };
  }

  /** So many calls at once. */
  static SimulatedServer atOnce(int calls) {
    return new SimulatedServer() {
      private int inFlight;

      @Override
      public OptionalDouble arrives(double now) {
        if (inFlight < calls) {
          inFlight++;
          return OptionalDouble.empty();
        }
        return OptionalDouble.of(0.05);
      }

      @Override
      public void answered() {
        inFlight--;
      }
    };
  }
}
