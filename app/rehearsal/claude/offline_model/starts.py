"""The words by which people begin to ask for something."""

STARTS = (
    "which|what|who|how|when|where|why|is|are|does|did|list|show|give|tell|count|sum|add|compare|summari[sz]e|find|search|"
    "read|post|send|create|make|write|draft|remind|schedule|translate|explain|check|open|close|delete|update|compute|"
    "calculate|total|average|top|bottom|look|fetch|get|quote|report|rank|sort|note|remember|forget|ask|book|order|pay|call|use|leave|ignore|exclude"
)
"""Words that begin a further thing to do, also after `and`."""
