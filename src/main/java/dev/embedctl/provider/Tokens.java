package dev.embedctl.provider;

/** The number of tokens in texts, as a range; all three are equal if it was counted. */
public record Tokens(long low, long likely, long high) {
  public static final Tokens NONE = new Tokens(0, 0, 0);

  public Tokens {
    if (low < 0 || low > likely || likely > high) {
      throw new IllegalArgumentException("tokens: " + low + ", " + likely + ", " + high);
    }
  }

  public static Tokens counted(long tokens) {
    return new Tokens(tokens, tokens, tokens);
  }

  public Tokens plus(Tokens more) {
    return new Tokens(low + more.low, likely + more.likely, high + more.high);
  }

  /** A copy where no number exceeds a maximum. */
  public Tokens atMost(long most) {
    return new Tokens(Math.min(low, most), Math.min(likely, most), Math.min(high, most));
  }
}
