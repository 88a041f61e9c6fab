import { LabIcon } from '@jupyterlab/ui-components';

/** Density bars with a dot, in the colour of the surroundings' icons. */
export const recordingIcon = new LabIcon({
  name: 'neuraldivergence:recording',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <rect x="2" y="4" width="5" height="4" opacity=".35"/><rect x="7" y="4" width="6" height="4"/><rect x="13" y="4" width="4" height="4" opacity=".55"/>
    <rect x="5" y="10" width="4" height="4" opacity=".45"/><rect x="9" y="10" width="5" height="4"/><rect x="14" y="10" width="8" height="4" opacity=".3"/>
    <rect x="2" y="16" width="8" height="4" opacity=".3"/><rect x="10" y="16" width="5" height="4" opacity=".6"/><rect x="15" y="16" width="5" height="4"/>
  </g>
  <circle cx="17.5" cy="12" r="2.6" fill="#d92626"/>
</svg>`
});
