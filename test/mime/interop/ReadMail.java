import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.dom.field.AddressListField;
import org.apache.james.mime4j.dom.field.ContentDispositionField;
import org.apache.james.mime4j.dom.field.ContentTypeField;
import org.apache.james.mime4j.dom.field.DateTimeField;
import org.apache.james.mime4j.dom.field.MailboxField;
import org.apache.james.mime4j.dom.field.MailboxListField;
import org.apache.james.mime4j.dom.field.ParsedField;
import org.apache.james.mime4j.dom.field.UnstructuredField;
import org.apache.james.mime4j.field.LenientFieldParser;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * What Apache James mime4j reads in messages, with strict parsing: whatever it finds malformed is an exception.
 *
 * <p>Standard input has the path of one message a line; standard output gets one JSON value a line.
 */
public final class ReadMail {
  private static final MimeConfig CONFIG =
      MimeConfig.custom().setStrictParsing(true).setMaxLineLen(1000).setMaxHeaderLen(-1).setMaxHeaderCount(-1).build();

  private final Map<String, Object> reading = new LinkedHashMap<>();
  private final List<Object> filenames = new ArrayList<>();
  private final List<Object> attachments = new ArrayList<>();
  private final Map<String, Object> fields = new LinkedHashMap<>();

  public static void main(String[] args) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try (InputStream message = Files.newInputStream(Path.of(line))) {
        output.println(json(new ReadMail().read(message)));
      }
    }
    output.flush();
  }

  private Map<String, Object> read(InputStream message) throws Exception {
    for (var name : List.of("subject", "date", "messageId", "inReplyTo", "references", "text", "html")) {
      reading.put(name, null);
    }
    for (var name : List.of("from", "sender", "replyTo", "to", "cc", "bcc")) reading.put(name, List.of());
    reading.put("fields", fields);
    reading.put("filenames", filenames);
    reading.put("attachments", attachments);
    reading.put("complaints", List.of());
    var stream = new MimeTokenStream(CONFIG);
    stream.setRecursionMode(RecursionMode.M_NO_RECURSE);
    stream.parse(message);
    var header = new HashMap<String, ParsedField>();
    boolean outermost = true;
    for (var state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
      if (state == EntityState.T_START_HEADER) header.clear();
      if (state == EntityState.T_FIELD) {
        var field = LenientFieldParser.parse(stream.getField().getRaw(), DecodeMonitor.STRICT);
        header.put(field.getName().toLowerCase(Locale.ROOT), field);
        if (outermost) readField(field);
      }
      if (state == EntityState.T_END_HEADER) outermost = false;
      if (state == EntityState.T_BODY) readBody(stream, header);
    }
    return reading;
  }

  private void readField(ParsedField field) {
    var name = field.getName().toLowerCase(Locale.ROOT);
    if (name.startsWith("x-")) fields.put(name, ((UnstructuredField) field).getValue());
    switch (name) {
      case "subject" -> reading.put("subject", ((UnstructuredField) field).getValue());
      case "date" -> reading.put("date", ((DateTimeField) field).getDate().getTime());
      case "message-id" -> reading.put("messageId", field.getBody());
      case "in-reply-to" -> reading.put("inReplyTo", field.getBody());
      case "references" -> reading.put("references", field.getBody());
      case "from" -> reading.put("from", mailboxes(((MailboxListField) field).getMailboxList()));
      case "sender" -> reading.put("sender", mailboxes(List.of(((MailboxField) field).getMailbox())));
      case "reply-to" -> reading.put("replyTo", mailboxes(((AddressListField) field).getAddressList().flatten()));
      case "to", "cc", "bcc" -> reading.put(name, mailboxes(((AddressListField) field).getAddressList().flatten()));
      default -> {}
    }
  }

  private static List<Object> mailboxes(List<Mailbox> mailboxes) {
    var list = new ArrayList<Object>();
    for (var mailbox : mailboxes) {
      list.add(List.of(mailbox.getName() == null ? "" : mailbox.getName(), mailbox.getAddress()));
    }
    return list;
  }

  private void readBody(MimeTokenStream stream, Map<String, ParsedField> header) throws Exception {
    var type = (ContentTypeField) header.get("content-type");
    var mimeType = type == null ? "text/plain" : type.getMimeType();
    var disposition = (ContentDispositionField) header.get("content-disposition");
    boolean attached = disposition != null && disposition.isAttachment();
    var content = stream.getDecodedInputStream().readAllBytes();
    var key = Map.of("text/plain", "text", "text/html", "html").get(mimeType);
    if (key != null && !attached && reading.get(key) == null) {
      reading.put(key, new String(content, charset(type)));
      return;
    }
    filenames.add(disposition == null ? null : disposition.getFilename());
    var id = header.get("content-id");
    var attachment = new LinkedHashMap<String, Object>();
    attachment.put("type", mimeType);
    attachment.put("contentId", id == null ? null : id.getBody());
    attachment.put("sha256", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    attachments.add(attachment);
  }

  private static Charset charset(ContentTypeField type) {
    return type == null || type.getCharset() == null ? StandardCharsets.US_ASCII : Charset.forName(type.getCharset());
  }

  private static String json(Object value) {
    if (value == null || value instanceof Number) return String.valueOf(value);
    if (value instanceof List<?> list) {
      return list.stream().map(ReadMail::json).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return ((String) value)
        .chars()
        .mapToObj(unit -> unit < ' ' || unit == '"' || unit == '\\' || unit > '~'
            ? String.format("\\u%04x", unit)
            : String.valueOf((char) unit))
        .collect(Collectors.joining("", "\"", "\""));
  }
}
