package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * BERT's tokenizer: splits a text at white space and punctuation into words, and each word into the
 * longest pieces of the vocabulary. It is twenty times as fast as the general tokenizer and starts
 * at once; tests compare the results of both.
 */
final class WordPieceTokenizer implements Tokenizer {
  private final Map<String, Integer> vocabulary;
  private final String continuation;
  private final int longestWord;
  private final int unknown;
  private final int first;
  private final int last;
  private final Cleaning cleaning;

  /** The normalisation of a text before it is split. */
  private record Cleaning(
      boolean clean, boolean spaceIdeographs, boolean stripAccents, boolean lowerCase) {}

  private WordPieceTokenizer(
      Map<String, Integer> vocabulary,
      String continuation,
      int longestWord,
      int unknown,
      int first,
      int last,
      Cleaning cleaning) {
    this.vocabulary = vocabulary;
    this.continuation = continuation;
    this.longestWord = longestWord;
    this.unknown = unknown;
    this.first = first;
    this.last = last;
    this.cleaning = cleaning;
  }

  /** Whether a {@code tokenizer.json} describes a tokenizer of this kind. */
  static boolean describedBy(JsonValue json) {
    return json.at("normalizer").at("type").text().orElse("").equals("BertNormalizer")
        && json.at("pre_tokenizer").at("type").text().orElse("").equals("BertPreTokenizer")
        && json.at("model").at("type").text().orElse("WordPiece").equals("WordPiece")
        && specials(json).length == 2;
  }

  /** The special tokens before and after a text, if there is one of each. */
  private static String[] specials(JsonValue json) {
    JsonValue processor = json.at("post_processor");
    return switch (processor.at("type").text().orElse("")) {
      case "TemplateProcessing" ->
          processor.at("single").items().stream()
              .flatMap(piece -> piece.at("SpecialToken").at("id").text().stream())
              .toArray(String[]::new);
      case "BertProcessing" ->
          new String[] {
            processor.at("cls").items().get(0).text().orElseThrow(),
            processor.at("sep").items().get(0).text().orElseThrow()
          };
      default -> new String[0];
    };
  }

  static WordPieceTokenizer of(JsonValue json, Path file) {
    JsonValue model = json.at("model");
    Map<String, Integer> vocabulary = new HashMap<>();
    model
        .at("vocab")
        .fields()
        .forEach((piece, id) -> vocabulary.put(piece, id.integer().orElseThrow()));
    String[] specials = specials(json);
    JsonValue normalizer = json.at("normalizer");
    boolean lowerCase = normalizer.at("lowercase").truth().orElse(true);
    return new WordPieceTokenizer(
        vocabulary,
        model.at("continuing_subword_prefix").text().orElse("##"),
        model.at("max_input_chars_per_word").integer().orElse(100),
        id(vocabulary, model.at("unk_token").text().orElse("[UNK]"), file),
        id(vocabulary, specials[0], file),
        id(vocabulary, specials[1], file),
        new Cleaning(
            normalizer.at("clean_text").truth().orElse(true),
            normalizer.at("handle_chinese_chars").truth().orElse(true),
            normalizer.at("strip_accents").truth().orElse(lowerCase),
            lowerCase));
  }

  private static int id(Map<String, Integer> vocabulary, String piece, Path file) {
    Integer id = vocabulary.get(piece);
    if (id == null) {
      throw new Usage(file + " has no " + piece + " in its vocabulary");
    }
    return id;
  }

  @Override
  public int[] encode(String text) {
    return encode(text, Integer.MAX_VALUE);
  }

  @Override
  public int[] encode(String text, int most) {
    Ids ids = new Ids(most - 1);
    ids.add(first);
    int[] word = new int[16];
    int length = 0;
    int[] characters = normalized(text).codePoints().toArray();
    for (int i = 0; i <= characters.length && !ids.full(); i++) {
      boolean end = i == characters.length;
      boolean punctuation = !end && isPunctuation(characters[i]);
      if (end || punctuation || isWhiteSpace(characters[i])) {
        addWord(word, length, ids);
        length = 0;
        if (punctuation) {
          addWord(new int[] {characters[i]}, 1, ids);
        }
      } else {
        if (length == word.length) {
          word = Arrays.copyOf(word, length * 2);
        }
        word[length++] = characters[i];
      }
    }
    return ids.endedBy(last);
  }

  /**
   * Splits a word into the longest pieces; if that is impossible, the whole word is the unknown
   * token.
   */
  private void addWord(int[] word, int length, Ids ids) {
    if (length == 0) {
      return;
    }
    if (length > longestWord) {
      ids.add(unknown);
      return;
    }
    int begin = ids.size();
    for (int from = 0; from < length; ) {
      int to = length;
      Integer id = null;
      for (; to > from; to--) {
        String piece = new String(word, from, to - from);
        id = vocabulary.get(from == 0 ? piece : continuation + piece);
        if (id != null) {
          break;
        }
      }
      if (id == null) {
        ids.backTo(begin);
        ids.add(unknown);
        return;
      }
      ids.add(id);
      from = to;
    }
  }

  private String normalized(String text) {
    StringBuilder kept = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> clean(c, kept));
    String normalized = kept.toString();
    if (cleaning.stripAccents()) {
      String decomposed = Normalizer.normalize(normalized, Normalizer.Form.NFD);
      kept.setLength(0);
      decomposed
          .codePoints()
          .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
          .forEach(kept::appendCodePoint);
      normalized = kept.toString();
    }
    if (cleaning.lowerCase()) {
      kept.setLength(0);
      // Character by character, since String.toLowerCase maps a final sigma to another letter.
      normalized.codePoints().map(Character::toLowerCase).forEach(kept::appendCodePoint);
      normalized = kept.toString();
    }
    return normalized;
  }

  private void clean(int c, StringBuilder kept) {
    if (cleaning.clean()) {
      if (c == 0xFFFD || isControl(c)) {
        return;
      }
      if (isWhiteSpace(c)) {
        kept.append(' ');
        return;
      }
    }
    if (cleaning.spaceIdeographs() && isIdeograph(c)) {
      kept.append(' ').appendCodePoint(c).append(' ');
    } else {
      kept.appendCodePoint(c);
    }
  }

  private static boolean isWhiteSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
  }

  /** Control characters are removed, except three that are white space. */
  private static boolean isControl(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  private static boolean isPunctuation(int c) {
    if (c < 128) {
      return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** The blocks that BERT's tokenizer treats as Chinese, including its mistake in the fifth one. */
  private static boolean isIdeograph(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B920 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }

  @Override
  public void close() {}

  /** A growing list of ids with a maximum size. */
  private static final class Ids {
    private final int most;
    private int[] ids = new int[32];
    private int size;

    Ids(int most) {
      this.most = most;
    }

    boolean full() {
      return size >= most;
    }

    int size() {
      return size;
    }

    void add(int id) {
      if (!full()) {
        if (size == ids.length) {
          ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
      }
    }

    void backTo(int earlier) {
      size = earlier;
    }

    int[] endedBy(int id) {
      int[] ended = Arrays.copyOf(ids, size + 1);
      ended[size] = id;
      return ended;
    }
  }
}
