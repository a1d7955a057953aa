"""Files on their way in: what Slack was told to expect, until the upload is complete."""

import secrets
from dataclasses import dataclass, field


@dataclass
class Upload:
    """`size` is how many bytes were announced; `content` is None until exactly that many came."""

    file: str
    name: str
    size: int
    alt_text: str = ""
    content: bytes | None = None


@dataclass
class Uploads:
    """The uploads under way, by the secret in their address."""

    under_way: dict[str, Upload] = field(default_factory=dict)

    def expect(self, upload: Upload) -> str:
        """Wait for this upload. Out: the secret part of its address."""
        secret = secrets.token_urlsafe(24)
        self.under_way[secret] = upload
        return secret

    def of_file(self, file: str) -> Upload | None:
        """The upload that will become this file, if it is under way."""
        return next((one for one in self.under_way.values() if one.file == file), None)

    def finish(self, file: str) -> None:
        """The upload has become a file; its address is good for nothing any more."""
        self.under_way = {secret: one for secret, one in self.under_way.items() if one.file != file}
