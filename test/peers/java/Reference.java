import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.InternetHeaders;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMultipart;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.nhindirect.stagent.DefaultNHINDAgent;
import org.nhindirect.stagent.IncomingMessage;
import org.nhindirect.stagent.NHINDAddress;
import org.nhindirect.stagent.NHINDAddressCollection;
import org.nhindirect.stagent.OutgoingMessage;
import org.nhindirect.stagent.cert.CertificateResolver;
import org.nhindirect.stagent.cert.X509CertificateEx;
import org.nhindirect.stagent.cryptography.DigestAlgorithm;
import org.nhindirect.stagent.cryptography.EncryptionAlgorithm;
import org.nhindirect.stagent.cryptography.SMIMECryptographerImpl;
import org.nhindirect.stagent.cryptography.SignedEntity;
import org.nhindirect.stagent.mail.Message;
import org.nhindirect.stagent.mail.MimeEntity;
import org.nhindirect.stagent.mail.notifications.MDNStandard;
import org.nhindirect.stagent.mail.notifications.Notification;
import org.nhindirect.stagent.mail.notifications.NotificationHelper;
import org.nhindirect.stagent.mail.notifications.NotificationType;
import org.nhindirect.stagent.parser.EntitySerializer;
import org.nhindirect.stagent.trust.DefaultTrustAnchorResolver;
import org.nhindirect.stagent.trust.TrustModel;

/**
 * Makes and opens structures and whole messages with the reference implementation of Direct. The jobs are described in
 * Jobs.java. What it has no setting for is made as it comes: whoever asked looks at what was made.
 */
public class Reference {
  private static final String RSA = "rsa@peers.example";
  private static final String OTHER = "other@peers.example";
  /** Mailboxes without certificates of their own: that of their domain is for both. */
  private static final String WARD = "ward@peers.example";
  private static final String OFFICE = "office@peers.example";

  public static void main(String[] args) throws Exception {
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    PrintStream quiet = new PrintStream(OutputStream.nullOutputStream());
    System.setOut(quiet);
    System.setErr(quiet);
    Jobs.run(args[0], Reference::make, Reference::open);
  }

  private static byte[] make(Map<String, String> row, byte[] content, byte[] letter) throws Exception {
    switch (row.get("kind")) {
      case "signed": return sign(row, content);
      case "enveloped": return encrypt(row, content);
      case "message": return send(row, content);
      case "notification": return answer(row, letter);
      default: throw new Jobs.Cannot("no " + row.get("kind") + " data");
    }
  }

  private static byte[] open(Map<String, String> row, byte[] message, byte[] content) throws Exception {
    switch (row.get("kind")) {
      case "signed": return verify(row, message, content);
      case "enveloped": return decrypt(row, message);
      case "message": return received(row, message).serializeMessage().getBytes(StandardCharsets.US_ASCII);
      case "notification": return told(message);
      default: throw new Jobs.Cannot("no " + row.get("kind") + " data");
    }
  }

  // --- its settings ----------------------------------------------------------

  private static SMIMECryptographerImpl cryptographer(Map<String, String> row) {
    SMIMECryptographerImpl made = new SMIMECryptographerImpl();
    made.setStrongDigestEnforced(false);
    made.setStrongEncryptionEnforced(false);
    if (row.containsKey("digest")) {
      made.setDigestAlgorithm(DigestAlgorithm.valueOf(row.get("digest").replace("-", "") + "WITHRSA"));
    }
    if (row.containsKey("cipher")) made.setEncryptionAlgorithm(cipher(row.get("cipher")));
    return made;
  }

  private static EncryptionAlgorithm cipher(String name) {
    return EncryptionAlgorithm.fromString(
        name.equals("3DES-CBC") ? "RSA_3DES" : name.replaceAll("-(CBC|GCM|Poly1305)", "").replace("-", ""),
        EncryptionAlgorithm.AES256);
  }

  private static X509CertificateEx identity(String name) throws Exception {
    return X509CertificateEx.fromX509Certificate(Keys.certificate(name), Keys.privateKey(name));
  }

  private static MimeEntity entity(byte[] bytes) throws Exception {
    return new MimeEntity(new java.io.ByteArrayInputStream(bytes));
  }

  private static MimeEntity entity(String contentType, byte[] der) throws Exception {
    InternetHeaders headers = new InternetHeaders();
    headers.addHeader("Content-Type", contentType);
    headers.addHeader("Content-Transfer-Encoding", "base64");
    return new MimeEntity(headers, Base64.getMimeEncoder().encode(der));
  }

  private static byte[] decoded(MimeBodyPart part) throws Exception {
    return part.getInputStream().readAllBytes();
  }

  // --- structures ------------------------------------------------------------

  private static byte[] sign(Map<String, String> row, byte[] content) throws Exception {
    List<X509Certificate> signers =
        row.containsKey("two")
            ? List.of(identity(row.get("key")), identity("other"))
            : List.of(identity(row.get("key")));
    return decoded(cryptographer(row).sign(entity(content), signers).getSignature());
  }

  private static byte[] verify(Map<String, String> row, byte[] message, byte[] content) throws Exception {
    if (row.containsKey("opaque")) throw new Jobs.Cannot("only multipart/signed");
    MimeMultipart multipart =
        new MimeMultipart("signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256");
    multipart.addBodyPart(entity(content));
    multipart.addBodyPart(entity("application/pkcs7-signature; name=smime.p7s", message));
    SignedEntity signed = SignedEntity.load(multipart);
    SMIMECryptographerImpl cryptographer = cryptographer(row);
    List<X509Certificate> anchors = List.of(Keys.certificate("ca"));
    cryptographer.checkSignature(signed, Keys.certificate(row.get("key")), anchors);
    if (row.containsKey("two")) cryptographer.checkSignature(signed, Keys.certificate("other"), anchors);
    return content;
  }

  private static byte[] encrypt(Map<String, String> row, byte[] content) throws Exception {
    if (!row.containsKey("recipientKey")) throw new Jobs.Cannot("only recipients with a certificate");
    X509Certificate ours = Keys.certificate(row.get("recipientKey"));
    List<X509Certificate> recipients =
        row.containsKey("two") ? List.of(Keys.certificate("other"), ours) : List.of(ours);
    return decoded(cryptographer(row).encrypt(entity(content), recipients));
  }

  private static byte[] decrypt(Map<String, String> row, byte[] message) throws Exception {
    if (!row.containsKey("recipientKey")) throw new Jobs.Cannot("only recipients with a certificate");
    MimeEntity encrypted = entity("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", message);
    MimeEntity opened = cryptographer(row).decrypt(encrypted, identity(row.get("recipientKey")));
    return EntitySerializer.Default.serializeToBytes(opened);
  }

  // --- whole messages --------------------------------------------------------

  /** The agent of peers.example, who trusts the CA of the keys. Its setter for wrapping does nothing. */
  private static DefaultNHINDAgent agent(Map<String, String> row) throws Exception {
    return new DefaultNHINDAgent(
        List.of("peers.example"),
        resolver(true),
        List.of(resolver(false)),
        new DefaultTrustAnchorResolver(List.of(Keys.certificate("ca"))),
        new TrustModel(),
        cryptographer(row)) {
      @Override
      protected Message wrapMessage(Message message) {
        return row.containsKey("unwrapped") ? message : super.wrapMessage(message);
      }
    };
  }

  private static CertificateResolver resolver(boolean privately) {
    return address -> {
      String name = address.getAddress().replaceAll("@.*", "").replaceAll("ward|office", "domain");
      try {
        return List.of(privately ? identity(name) : Keys.certificate(name));
      } catch (Exception thrown) {
        throw new IllegalStateException(thrown);
      }
    };
  }

  private static NHINDAddressCollection only(String... addresses) throws Exception {
    NHINDAddressCollection recipients = new NHINDAddressCollection();
    for (String address : addresses) recipients.add(new NHINDAddress(address));
    return recipients;
  }

  private static byte[] send(Map<String, String> row, byte[] content) throws Exception {
    String[] to = row.containsKey("domain") ? new String[] {WARD, OFFICE} : new String[] {OTHER};
    String header =
        "From: rsa@peers.example\r\nTo: " + String.join(", ", to) + "\r\nSubject: Results\r\n"
            + "Message-ID: <1@peers.example>\r\nDate: Mon, 01 Jun 2026 09:30:00 +0000\r\nMIME-Version: 1.0\r\n";
    String message = header + new String(content, StandardCharsets.US_ASCII);
    OutgoingMessage sent =
        agent(row).processOutgoing(new OutgoingMessage(message, only(to), new NHINDAddress(RSA)));
    return sent.serializeMessage().getBytes(StandardCharsets.US_ASCII);
  }

  private static IncomingMessage received(Map<String, String> row, byte[] message) throws Exception {
    return incoming(message, RSA, row.containsKey("domain") ? WARD : OTHER);
  }

  private static IncomingMessage incoming(byte[] message, String from, String to) throws Exception {
    String text = new String(message, StandardCharsets.US_ASCII);
    return agent(Map.of()).processIncoming(text, only(to), new NHINDAddress(from));
  }

  /** What its own helpers make of a message that it received. */
  private static byte[] answer(Map<String, String> row, byte[] letter) throws Exception {
    IncomingMessage received = received(row, letter);
    Notification processed = new Notification(NotificationType.Processed);
    List<InternetAddress> recipients = List.copyOf(received.getDomainRecipients());
    Message answer =
        NotificationHelper.createNotificationMessages(received.getMessage(), recipients, address -> processed)
            .iterator()
            .next();
    OutgoingMessage sent = agent(row).processOutgoing(new OutgoingMessage(answer, only(RSA), new NHINDAddress(OTHER)));
    return sent.serializeMessage().getBytes(StandardCharsets.US_ASCII);
  }

  /** In the words of material.ts. */
  private static byte[] told(byte[] message) throws Exception {
    Message received = incoming(message, OTHER, RSA).getMessage();
    if (!NotificationHelper.isMDN(received)) throw new IllegalArgumentException("is no notification");
    InternetHeaders fields = Notification.getNotificationFieldsAsHeaders(received);
    String recipient = value(fields, MDNStandard.Headers.FinalRecipient);
    String became = value(fields, MDNStandard.Headers.Disposition);
    String told = recipient + ": " + became + " " + fields.getHeader(MDNStandard.Headers.OriginalMessageID, null);
    return told.getBytes(StandardCharsets.US_ASCII);
  }

  /** What stands behind the semicolon. */
  private static String value(InternetHeaders fields, String name) {
    return fields.getHeader(name, null).replaceAll("^[^;]*;\\s*", "");
  }
}
