package dev.embedctl.provider.local;

/**
 * How the vectors of a text's tokens become one vector. Sums are computed in double precision in
 * the order of the tokens, so that the result does not depend on the other texts of the run.
 */
enum Pooling {
  CLS("cls_token", "cls") {
    @Override
    void pool(Tokens tokens, float[] into, int at) {
      for (int d = 0; d < tokens.dimensions(); d++) {
        into[at + d] = tokens.value(0, d);
      }
    }
  },
  MAX("max_tokens", "max") {
    @Override
    void pool(Tokens tokens, float[] into, int at) {
      for (int d = 0; d < tokens.dimensions(); d++) {
        float most = tokens.value(0, d);
        for (int t = 1; t < tokens.count(); t++) {
          most = Math.max(most, tokens.value(t, d));
        }
        into[at + d] = most;
      }
    }
  },
  MEAN("mean_tokens", "mean") {
    @Override
    void pool(Tokens tokens, float[] into, int at) {
      weigh(tokens, into, at, false, tokens.count());
    }
  },
  MEAN_SQRT_LEN("mean_sqrt_len_tokens", "mean_sqrt_len_tokens") {
    @Override
    void pool(Tokens tokens, float[] into, int at) {
      weigh(tokens, into, at, false, Math.sqrt(tokens.count()));
    }
  },
  WEIGHTED_MEAN("weightedmean_tokens", "weightedmean") {
    @Override
    void pool(Tokens tokens, float[] into, int at) {
      weigh(tokens, into, at, true, tokens.count() * (tokens.count() + 1) / 2.0);
    }
  },
  LAST("lasttoken", "lasttoken") {
    @Override
    void pool(Tokens tokens, float[] into, int at) {
      for (int d = 0; d < tokens.dimensions(); d++) {
        into[at + d] = tokens.value(tokens.count() - 1, d);
      }
    }
  };

  private final String flag;
  private final String word;

  Pooling(String flag, String word) {
    this.flag = flag;
    this.word = word;
  }

  /** The name of its flag in a pooling module's {@code config.json}. */
  String flag() {
    return "pooling_mode_" + flag;
  }

  /** Its name in a file with a {@code pooling_mode}. */
  String word() {
    return word;
  }

  /** Writes the pooled vector into an array, from a position on. */
  abstract void pool(Tokens tokens, float[] into, int at);

  /** The vectors of one text's tokens, without padding. */
  interface Tokens {
    int count();

    int dimensions();

    float value(int token, int dimension);
  }

  private static void weigh(Tokens tokens, float[] into, int at, boolean byPlace, double divisor) {
    // In the order of memory, token by token; each sum still adds tokens in their order.
    double[] sums = new double[tokens.dimensions()];
    for (int t = 0; t < tokens.count(); t++) {
      for (int d = 0; d < sums.length; d++) {
        sums[d] += (byPlace ? t + 1 : 1) * (double) tokens.value(t, d);
      }
    }
    for (int d = 0; d < sums.length; d++) {
      into[at + d] = (float) (sums[d] / divisor);
    }
  }
}
