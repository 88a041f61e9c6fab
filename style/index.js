import './base.css';
import './saved.css';
import './detail.css';
import './docked.css';
import './exports.css';
import './files.css';
import './findings.css';
import './forced.css';
