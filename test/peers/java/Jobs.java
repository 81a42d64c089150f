import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a folder of jobs and carries them out: `jobs` has a line for each, of `name=value` with tabs between; `id` and
 * `op` among them. `content` is what is made of; `ID.in` is what is to be opened, or answered. The result is `ID.out`, or
 * `ID.says` with a complaint, or `ID.cannot` where there is no way to ask.
 */
class Jobs {
  interface Maker {
    byte[] make(Map<String, String> row, byte[] content, byte[] letter) throws Exception;
  }

  interface Opener {
    byte[] open(Map<String, String> row, byte[] message, byte[] content) throws Exception;
  }

  /** There is no way to ask. */
  static class Cannot extends Exception {
    Cannot(String why) {
      super(why);
    }
  }

  static void run(String name, Maker maker, Opener opener) throws IOException {
    Path folder = Path.of(name);
    byte[] content = Files.readAllBytes(folder.resolve("content"));
    for (String line : Files.readAllLines(folder.resolve("jobs"))) {
      Map<String, String> job = new LinkedHashMap<>();
      for (String pair : line.split("\t")) {
        int equals = pair.indexOf('=');
        job.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
      String id = job.get("id");
      try {
        Path in = folder.resolve(id + ".in");
        byte[] message = Files.exists(in) ? Files.readAllBytes(in) : null;
        byte[] result =
            job.get("op").equals("make")
                ? maker.make(job, content, message)
                : opener.open(job, message, content);
        Files.write(folder.resolve(id + ".out"), result);
      } catch (Cannot cannot) {
        Files.writeString(folder.resolve(id + ".cannot"), cannot.getMessage());
      } catch (Exception | LinkageError thrown) {
        Files.writeString(folder.resolve(id + ".says"), complaint(thrown));
      }
    }
  }

  /** What the deepest exception says that says something. */
  private static String complaint(Throwable thrown) {
    Throwable cause = thrown.getCause();
    if (cause != null && cause != thrown && cause.getMessage() != null) return complaint(cause);
    String said = thrown.getMessage();
    return said == null ? thrown.getClass().getSimpleName() : said;
  }
}
