package dev.embedctl.io.input;

class TsvSourceTest implements RecordSourceContract {
  @Override
  public InputFormat format() {
    return InputFormat.TSV;
  }

  @Override
  public String header() {
    return "text\tn\n";
  }

  @Override
  public String line(String text) {
    return "\"" + text.replace("\"", "\"\"") + "\"\t1";
  }
}
